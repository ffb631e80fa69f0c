import { isObject, type JsonObject } from "../json-value.ts";
import type { StreamRecord } from "./stream-source.ts";

/** The most that a function may carry from call to call, and so what a call's event must leave room for. */
export const stateBytesMax = 1024 * 1024;

/** How long after its end a window may still get records, so long as none of a later window shows that it will not. */
const graceMs = 2 * 60_000;

/**
 * A window of a mapping with `TumblingWindowInSeconds`, over one shard: a stretch of time whose records are delivered
 * together, in as many calls as it takes, each of which gets the state that the one before it answered with. Which records
 * are in it is decided by their own times. A last call without records ends it.
 */
export class TumblingWindow {
  readonly #shardId: string;
  readonly #startMs: number;
  readonly #endMs: number;
  #state: JsonObject = {};

  /** Opens the window that a record is in. Windows are laid end to end from 1970 on. */
  constructor(shardId: string, first: StreamRecord, lengthMs: number) {
    this.#shardId = shardId;
    this.#startMs = Math.floor(timeOf(first) / lengthMs) * lengthMs;
    this.#endMs = this.#startMs + lengthMs;
  }

  /** Those at the beginning of `records` that are in this window. */
  ownOf(records: readonly StreamRecord[]): readonly StreamRecord[] {
    const end = records.findIndex((record) => !this.#covers(record));
    return end === -1 ? records : records.slice(0, end);
  }

  /** @param next the shard's next record; "none yet", or, of a shard that has ended, "none" */
  isOver(next: StreamRecord | "none yet" | "none", nowMs: number): boolean {
    if (next === "none") return true;
    return next === "none yet" ? nowMs >= this.#endMs + graceMs : !this.#covers(next);
  }

  /** What a call's event says besides its records. */
  eventMembers(streamArn: string, isFinal: boolean): JsonObject {
    return {
      window: { start: instant(this.#startMs), end: instant(this.#endMs) },
      state: this.#state,
      shardId: this.#shardId,
      eventSourceARN: streamArn,
      isFinalInvokeForWindow: isFinal,
      isWindowTerminatedEarly: false,
    };
  }

  /** Keeps the state that a function answered with. False where there is none: Lambda takes that for a failed call. */
  keepState(answer: unknown): boolean {
    const state = isObject(answer) ? answer["state"] : undefined;
    if (!isObject(state)) return false;
    // Lambda would end the window early, in a way that is not documented well enough to model.
    if (Buffer.byteLength(JSON.stringify(state)) > stateBytesMax)
      throw new Error(
        `the function's state is larger than ${stateBytesMax} bytes, which is not modelled locally`,
      );
    this.#state = state;
    return true;
  }

  #covers(record: StreamRecord): boolean {
    const time = timeOf(record);
    return time >= this.#startMs && time < this.#endMs;
  }
}

const timeOf = ({ dynamodb }: StreamRecord): number => dynamodb.ApproximateCreationDateTime * 1000;

/** Whole seconds, as Lambda writes them. */
const instant = (ms: number): string => new Date(ms).toISOString().replace(".000Z", "Z");
