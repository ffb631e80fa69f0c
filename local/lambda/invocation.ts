import { randomUUID } from "node:crypto";
import type { InvocationResult } from "./function-runner.ts";

/** One call of a function, from the moment that it waits for an environment. */
export type Invocation = {
  readonly requestId: string;
  readonly eventJson: string;
  readonly startedAtMs: number;
  /** Hands the caller its result; later calls have no effect, as a promise has it. */
  readonly settle: (result: InvocationResult) => void;
};

export const createInvocation = (
  eventJson: string,
): { invocation: Invocation; result: Promise<InvocationResult> } => {
  const { promise, resolve } = Promise.withResolvers<InvocationResult>();
  const invocation = { requestId: randomUUID(), eventJson, startedAtMs: Date.now(), settle: resolve };
  return { invocation, result: promise };
};

/** A failure in the form that Lambda gives to `FunctionError: Unhandled`. */
export const failure = (errorType: string, errorMessage: string): InvocationResult => ({
  kind: "failed",
  payload: JSON.stringify({ errorType, errorMessage }),
});

/** Lambda's limits on what goes in and comes out of a buffered invocation. */
export const eventBytesMax = 6 * 1024 * 1024;
export const payloadBytesMax = 6_291_556;
