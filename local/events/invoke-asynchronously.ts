import { finished } from "node:stream/promises";
import { AwsError } from "../aws-service.ts";
import type { FunctionRunner } from "../lambda/function-runner.ts";
import { pause, type Clock } from "./clock.ts";

/** How Lambda treats an event that nobody waits for. */
export type AsyncPolicy = {
  /** After the first attempt; Lambda's default is 2. */
  readonly retryAttempts: number;
  /** An event older than this is given up. */
  readonly eventAgeMsMax: number;
};

export const defaultAsyncPolicy: AsyncPolicy = { retryAttempts: 2, eventAgeMsMax: 6 * 3_600_000 };

/** Lambda waits a minute before the first retry and two before the second. */
const retryDelayMs = (attempt: number): number => attempt * 60_000;
/** While the function is at its concurrency the event waits in Lambda's queue; that costs no attempt. */
const throttledDelayMs = 1000;

export type AsyncOutcome = "succeeded" | "gave up" | "stopped";

/** Invokes as an asynchronous event source does, retries included. */
export async function invokeAsynchronously(
  runner: FunctionRunner,
  eventJson: string,
  policy: AsyncPolicy,
  clock: Clock,
  signal: AbortSignal,
): Promise<AsyncOutcome> {
  const deadlineMs = clock.now() + policy.eventAgeMsMax;
  let failures = 0;
  while (!signal.aborted) {
    const outcome = await attempt(runner, eventJson);
    if (outcome === "succeeded") return outcome;
    if (outcome === "failed") failures += 1;
    const delayMs = outcome === "failed" ? retryDelayMs(failures) : throttledDelayMs;
    if (failures > policy.retryAttempts || clock.now() + delayMs > deadlineMs) return "gave up";
    await pause(clock, delayMs, signal);
  }
  return "stopped";
}

async function attempt(
  runner: FunctionRunner,
  eventJson: string,
): Promise<"succeeded" | "failed" | "throttled"> {
  try {
    const result = await runner.invoke(eventJson);
    if (result.kind !== "stream") return result.kind === "failed" ? "failed" : "succeeded";
    // Nobody reads the answer, but the function only finishes when it is taken.
    const broke = await finished(result.body.resume()).then(
      () => false,
      () => true,
    );
    return broke || result.trailingError() !== undefined ? "failed" : "succeeded";
  } catch (error) {
    if (error instanceof AwsError && error.code === "TooManyRequestsException") return "throttled";
    throw error;
  }
}
