import { setTimeout as sleep } from "node:timers/promises";
import type { RunningContainer } from "./run-container.ts";

const pauseMs = 50;
const pingTimeoutMs = 2_000;

/**
 * Waits until `GET /ping` answers 200; throws when the container ends first, does not answer within the limit, or is
 * no longer wanted.
 */
export async function awaitPing(
  container: RunningContainer,
  limitMs: number,
  signal: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + limitMs;
  const ended: { reason?: string } = {};
  void noteEnd(container, ended);
  let last = "no answer";
  while (Date.now() < deadline) {
    signal.throwIfAborted();
    if (ended.reason !== undefined)
      throw new Error(`its container ended before it was ready: ${ended.reason}`);
    last = await ping(container.url);
    if (last === "200") return;
    await sleep(pauseMs);
  }
  throw new Error(`its container did not answer GET /ping with 200 within ${limitMs} ms (last: ${last})`);
}

async function noteEnd(container: RunningContainer, ended: { reason?: string }): Promise<void> {
  const reason = await container.exited;
  if (reason !== undefined) ended.reason = reason;
}

/** The status, or why there was none. */
async function ping(url: string): Promise<string> {
  try {
    const response = await fetch(`${url}/ping`, { signal: AbortSignal.timeout(pingTimeoutMs) });
    await response.arrayBuffer();
    return String(response.status);
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return cause instanceof Error ? cause.message || cause.name : String(cause);
  }
}
