import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { AwsError, AwsService } from "./aws-service.ts";

type Protocol = AwsService["protocol"];

const escapeXml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const xmlBody = (error: AwsError, requestId: string): string => {
  const fields = Object.entries(error.fields).map(
    ([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`,
  );
  return [
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error>`,
    `<Code>${error.code}</Code><Message>${escapeXml(error.message)}</Message>`,
    ...fields,
    `<RequestId>${requestId}</RequestId></Error>`,
  ].join("");
};

const contentTypes = {
  json: "application/x-amz-json-1.0",
  "rest-json": "application/json",
  "rest-xml": "application/xml",
} as const satisfies Record<Protocol, string>;

/** How the service of this protocol says that IAM refused. */
export const accessDenied = {
  json: { code: "AccessDeniedException", status: 400 },
  "rest-json": { code: "AccessDeniedException", status: 403 },
  "rest-xml": { code: "AccessDenied", status: 403 },
} as const satisfies Record<Protocol, { code: string; status: number }>;

/** Writes an error as the service's SDK expects it. An answer that has begun can only be cut. */
export const sendAwsError = (
  response: ServerResponse,
  protocol: Protocol,
  error: AwsError,
  isHead: boolean,
): void => {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const requestId = randomUUID();
  const body =
    protocol === "rest-xml"
      ? xmlBody(error, requestId)
      : // Some services spell it Message; the SDKs read either.
        JSON.stringify({
          __type: error.code,
          message: error.message,
          Message: error.message,
          ...error.fields,
        });
  response.writeHead(error.status, {
    "content-type": contentTypes[protocol],
    "x-amzn-requestid": requestId,
    "x-amzn-errortype": error.code,
  });
  response.end(isHead ? undefined : body);
};
