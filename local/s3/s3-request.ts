import type { IncomingMessage, ServerResponse } from "node:http";
import type { AwsCall } from "../aws-service.ts";
import { requestTarget } from "./request-target.ts";

/** An S3 call as operations read it. */
export type S3Request = {
  readonly method: string;
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  readonly region: string;
  readonly account: string;
  readonly query: URLSearchParams;
  /** Of a presigned URL, `x-amz-*` parameters count as headers: signers move them there. */
  header(name: string): string | undefined;
  /** Names of all headers, in lower case, those of a presigned URL's query among them. */
  readonly headerNames: readonly string[];
  readonly isPresigned: boolean;
  readonly body: IncomingMessage;
  readonly response: ServerResponse;
};

export function s3Request(call: AwsCall): S3Request {
  const { request, response, url } = call;
  const query = url.searchParams;
  const hoisted = new Map([...query].map(([name, value]) => [name.toLowerCase(), value]));
  return {
    method: request.method ?? "",
    ...requestTarget(request.url ?? "/"),
    region: call.region,
    account: call.account,
    query,
    header(name) {
      const value = request.headers[name];
      if (value !== undefined) return Array.isArray(value) ? value.join(",") : value;
      return name.startsWith("x-amz-") ? hoisted.get(name) : undefined;
    },
    headerNames: [
      ...Object.keys(request.headers),
      ...[...hoisted.keys()].filter((name) => name.startsWith("x-amz-")),
    ],
    isPresigned: hoisted.has("x-amz-signature"),
    body: request,
    response,
  };
}

/** `x-amz-meta-*`, without that prefix. */
export function userMetadata(request: S3Request): Record<string, string> {
  const prefix = "x-amz-meta-";
  return Object.fromEntries(
    request.headerNames
      .filter((name) => name.startsWith(prefix))
      .map((name) => [name.slice(prefix.length), request.header(name) ?? ""]),
  );
}
