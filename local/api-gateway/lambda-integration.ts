import { z } from "zod";
import { inert } from "../kms/parse-properties.ts";
import type { FunctionRunner, Functions } from "../lambda/function-runner.ts";
import { integrationTimeoutMs } from "./gateway-limits.ts";
import { parseLambdaUri, type TransferMode } from "./lambda-uri.ts";

/** A method answered by a function. */
export type LambdaIntegration = {
  readonly type: "AWS_PROXY";
  readonly runner: FunctionRunner;
  readonly transferMode: TransferMode;
  readonly timeoutMs: number;
};

/** Credentials, mappings and caching are not in here, so a template that has them is refused. */
export const lambdaIntegrationSchema = z.strictObject({
  Type: z.literal("AWS_PROXY"),
  Uri: z.string(),
  IntegrationHttpMethod: z.literal("POST", "Lambda is invoked with POST only"),
  ResponseTransferMode: z.enum(["BUFFERED", "STREAM"]).default("BUFFERED"),
  TimeoutInMillis: z.number().int().min(integrationTimeoutMs.min).optional(),
  // Proxy integrations pass everything through, whatever this says.
  PassthroughBehavior: inert,
});

/** Refuses a transfer mode and a URI that contradict each other: AWS would invoke the function the wrong way. */
export function readLambdaIntegration(
  properties: z.output<typeof lambdaIntegrationSchema>,
  functions: Functions,
  region: string,
  where: string,
): LambdaIntegration {
  const { functionArn, transferMode } = parseLambdaUri(properties.Uri, where);
  if (transferMode !== properties.ResponseTransferMode) {
    throw new Error(
      `${where}: ResponseTransferMode ${properties.ResponseTransferMode} disagrees with ${properties.Uri}`,
    );
  }
  const timeoutMs = properties.TimeoutInMillis ?? integrationTimeoutMs.default;
  if (timeoutMs > integrationTimeoutMs.max[transferMode]) {
    throw new Error(
      `${where}: TimeoutInMillis ${timeoutMs} is above the limit of a ${transferMode} response`,
    );
  }
  return { type: "AWS_PROXY", runner: functions.find(functionArn, region), transferMode, timeoutMs };
}
