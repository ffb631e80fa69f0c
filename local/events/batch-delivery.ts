import type { FunctionRunner } from "../lambda/function-runner.ts";
import { invokeWithBatch } from "./batch-outcome.ts";
import { pause, type Clock } from "./clock.ts";
import type { DeliveryPolicy } from "./stream-mapping-settings.ts";
import type { StreamRecord } from "./stream-source.ts";
import type { TumblingWindow } from "./tumbling-window.ts";

export type Delivery = {
  readonly runner: FunctionRunner;
  readonly streamArn: string;
  readonly policy: DeliveryPolicy;
  /** The open window, for mappings that have windows. */
  readonly window?: TumblingWindow;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Tells what nobody else will: records that were given up on. */
  readonly notice: (message: string) => void;
};

type Attempt = { readonly records: readonly StreamRecord[]; readonly retries: number };

/** How long to wait before what failed is tried again. */
export const backoffMs = (retries: number): number => Math.min(5000, 100 * 2 ** retries);

/**
 * Delivers a batch in order, until every record is done or given up on. Splitting consumes no retry: neither
 * halving after an error, nor, where halving is on, dropping what the function reported as done.
 * @returns false when stopped before the end; nothing may be checkpointed then.
 */
export async function deliverBatch(delivery: Delivery, batch: readonly StreamRecord[]): Promise<boolean> {
  const { clock, signal } = delivery;
  // A stack, so that the first half of a split is finished before the second begins.
  const stack: Attempt[] = [{ records: batch, retries: 0 }];
  for (let attempt = stack.pop(); attempt !== undefined; attempt = stack.pop()) {
    if (signal.aborted) return false;
    const records = dropTooOld(delivery, attempt.records);
    if (records.length === 0) continue;
    const outcome = await invokeWithBatch(delivery, records);
    if (outcome.kind === "done") continue;
    if (outcome.kind === "throttled") stack.push({ records, retries: attempt.retries });
    else stack.push(...nextAttempts(delivery, records, outcome.failedFrom, attempt.retries));
    if (stack.length > 0) await pause(clock, backoffMs(attempt.retries), signal);
  }
  return true;
}

/** What is tried next, the last one first. */
function nextAttempts(
  delivery: Delivery,
  records: readonly StreamRecord[],
  failedFrom: number,
  retries: number,
): readonly Attempt[] {
  const { bisectOnError, retryAttemptsMax } = delivery.policy;
  const remaining = records.slice(failedFrom);
  if (bisectOnError && failedFrom > 0) return [{ records: remaining, retries }];
  if (bisectOnError && remaining.length > 1) {
    const middle = Math.ceil(remaining.length / 2);
    return [
      { records: remaining.slice(middle), retries },
      { records: remaining.slice(0, middle), retries },
    ];
  }
  if (retryAttemptsMax !== undefined && retries >= retryAttemptsMax) {
    discard(delivery, remaining, "retries exhausted");
    return [];
  }
  return [{ records: remaining, retries: retries + 1 }];
}

function dropTooOld(delivery: Delivery, records: readonly StreamRecord[]): readonly StreamRecord[] {
  const { recordAgeMsMax } = delivery.policy;
  if (recordAgeMsMax === undefined) return records;
  const oldestMs = delivery.clock.now() - recordAgeMsMax;
  const isTooOld = ({ dynamodb }: StreamRecord): boolean =>
    dynamodb.ApproximateCreationDateTime * 1000 < oldestMs;
  discard(delivery, records.filter(isTooOld), "too old");
  return records.filter((record) => !isTooOld(record));
}

function discard(delivery: Delivery, records: readonly StreamRecord[], reason: string): void {
  const [first] = records;
  const last = records.at(-1);
  if (first === undefined || last === undefined) return;
  // Without a destination for them, this line is all that is left of the records.
  delivery.notice(
    `discarded ${records.length} records (${reason}), sequence numbers ` +
      `${first.dynamodb.SequenceNumber} to ${last.dynamodb.SequenceNumber}`,
  );
}
