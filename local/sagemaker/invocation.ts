import type { IncomingHttpHeaders } from "node:http";
import { AwsError, type AwsCall } from "../aws-service.ts";

/** A call of SageMaker Runtime, as its URL and headers say it. */
export type Invocation = {
  readonly operation: "InvokeEndpoint" | "InvokeEndpointWithResponseStream";
  readonly endpointName: string;
  readonly targetVariant: string | undefined;
  /** Headers for the container. */
  readonly headers: Readonly<Record<string, string>>;
};

/** Headers that would choose something else than a variant's one model. */
const unmodelled = [
  "x-amzn-sagemaker-target-model",
  "x-amzn-sagemaker-target-container-hostname",
  "x-amzn-sagemaker-inference-component",
  "x-amzn-sagemaker-session-id",
  "x-amzn-sagemaker-enable-explanations",
];

/** Reads a call; throws AWS's errors for another operation, or one that asks for what is not modelled. */
export function readInvocation(call: AwsCall): Invocation {
  const [, name, action] =
    /^\/endpoints\/([^/]+)\/(invocations|invocations-response-stream)$/.exec(call.url.pathname) ?? [];
  if (name === undefined || call.request.method !== "POST") {
    throw new AwsError(
      "UnknownOperationException",
      `SageMaker ${call.request.method} ${call.url.pathname} is not modelled on this machine`,
      404,
    );
  }
  const { headers } = call.request;
  const refused = unmodelled.find((header) => headers[header] !== undefined);
  if (refused !== undefined) {
    throw new AwsError("ValidationError", `${refused} is not modelled on this machine`);
  }
  const isStream = action === "invocations-response-stream";
  return {
    operation: isStream ? "InvokeEndpointWithResponseStream" : "InvokeEndpoint",
    endpointName: decodeURIComponent(name),
    targetVariant: text(headers, "x-amzn-sagemaker-target-variant"),
    headers: {
      "content-type": text(headers, "content-type") ?? "application/json",
      accept: text(headers, isStream ? "x-amzn-sagemaker-accept" : "accept") ?? "application/json",
      ...passedOn(headers, "x-amzn-sagemaker-custom-attributes"),
      ...passedOn(headers, "x-amzn-sagemaker-inference-id"),
    },
  };
}

function passedOn(headers: IncomingHttpHeaders, name: string): Record<string, string> {
  const value = text(headers, name);
  return value === undefined ? {} : { [name]: value };
}

function text(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(",") : value;
}
