import { Readable } from "node:stream";
import { AwsError } from "../../../local/aws-service.ts";
import type { FunctionRunner, Functions, InvocationResult } from "../../../local/lambda/function-runner.ts";

export const functionArn = (name: string): string => `arn:aws:lambda:eu-west-1:111111111111:function:${name}`;

export type FakeFunction = FunctionRunner & { readonly events: Record<string, unknown>[] };

/** A function that answers with what `answer` returns; it records its events and permits every caller by default. */
export function fakeFunction(
  name: string,
  answer: (event: Record<string, unknown>) => InvocationResult | Promise<InvocationResult>,
  permits: FunctionRunner["permits"] = () => true,
): FakeFunction {
  const events: Record<string, unknown>[] = [];
  return {
    name,
    arn: functionArn(name),
    region: "eu-west-1",
    timeoutMs: 30_000,
    caller: {
      roleArn: `arn:aws:iam::111111111111:role/${name}`,
      sessionArn: `arn:aws:sts::111111111111:assumed-role/${name}/${name}`,
      account: "111111111111",
      policies: [],
    },
    events,
    permits,
    async invoke(eventJson) {
      const event: Record<string, unknown> = JSON.parse(eventJson);
      events.push(event);
      return await answer(event);
    },
  };
}

export function fakeFunctions(...runners: readonly FunctionRunner[]): Functions {
  return {
    find(arnOrName) {
      const found = runners.find(({ arn, name }) => arnOrName === arn || arnOrName === name);
      if (found === undefined) throw new AwsError("ResourceNotFoundException", arnOrName, 404);
      return found;
    },
  };
}

export const payload = (value: unknown): InvocationResult => ({
  kind: "payload",
  payload: JSON.stringify(value),
});

export const failure = (errorMessage: string, errorType = "Error"): InvocationResult => ({
  kind: "failed",
  payload: JSON.stringify({ errorType, errorMessage }),
});

/** A streamed answer; its bytes are whatever the readable yields. */
export const streamed = (
  body: Readable | readonly (string | Buffer)[],
  trailer?: { readonly errorType: string; readonly errorMessage: string },
): InvocationResult & { readonly kind: "stream" } => ({
  kind: "stream",
  contentType: "application/vnd.awslambda.http-integration-response",
  body: body instanceof Readable ? body : Readable.from(body.map((chunk) => Buffer.from(chunk))),
  trailingError: () => trailer,
});

/** Metadata and the eight NULs after it. */
export const prelude = (metadata: unknown): string => `${JSON.stringify(metadata)}${"\0".repeat(8)}`;
