import { AwsError } from "../aws-service.ts";
import type { FunctionRunner } from "../lambda/function-runner.ts";

/** What became of a call that an event source mapping made. `answer`: what the function returned; null where it is nothing. */
export type CallOutcome =
  | { readonly kind: "answered"; readonly answer: unknown }
  | { readonly kind: "throttled" }
  | { readonly kind: "failed" };

export async function invokeWithEvent(
  runner: FunctionRunner,
  event: Readonly<Record<string, unknown>>,
): Promise<CallOutcome> {
  try {
    const result = await runner.invoke(JSON.stringify(event));
    if (result.kind === "failed") return { kind: "failed" };
    if (result.kind === "payload")
      return { kind: "answered", answer: result.payload === "" ? null : JSON.parse(result.payload) };
    result.body.destroy();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { kind: error.code === "TooManyRequestsException" ? "throttled" : "failed" };
  }
  throw new Error(`${runner.name} streams its answer; an event source mapping cannot read it`);
}
