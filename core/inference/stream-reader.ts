import { EventFramer } from "./event-framer.ts";
import type { ModelFailure, ModelStream } from "./ports.ts";
import type { Observation, StreamTally } from "./stream-tally.ts";

/** What a chunk brought: whole events, and with the last of them how the stream ended. */
export type StreamStep = {
  readonly seen: readonly Observation[];
  readonly ending?: "done" | ModelFailure;
};

export type StreamReader = {
  /**
   * The next chunk's events, tallied. Two may read at once, one for a client and one that reads on when it has left: each
   * chunk goes to one of them, in order, and both learn of the end.
   */
  step(): Promise<StreamStep>;
  /** Ends the source, which holds a connection and a timer; nothing is to be read any more. */
  end(): Promise<void>;
};

/** Reads a model's stream event by event. */
export const streamReader = (stream: ModelStream, tally: StreamTally): StreamReader => {
  const chunks = stream.chunks[Symbol.asyncIterator]();
  const framer = new EventFramer();
  let ending: StreamStep["ending"];

  const read = (chunk: Uint8Array): StreamStep => {
    const events = framer.push(chunk);
    if (!events) return { seen: [], ending: { reason: "broken" } };
    const seen: Observation[] = [];
    for (const event of events) {
      const observation = tally.observe(event);
      if (observation.kind === "done") return { seen, ending: "done" };
      if (observation.kind === "error") return { seen, ending: { reason: "broken" } };
      seen.push(observation);
    }
    return { seen };
  };

  /** A stream that stops without [DONE] was cut; some servers leave out the blank line after it. */
  const endOfChunks = (): "done" | ModelFailure =>
    tally.observe(framer.rest).kind === "done" ? "done" : { reason: "broken" };

  return {
    async step() {
      const next = await chunks.next();
      if (ending) return { seen: [], ending };
      const step: StreamStep =
        next.done === true
          ? { seen: [], ending: endOfChunks() }
          : next.value instanceof Uint8Array
            ? read(next.value)
            : { seen: [], ending: next.value };
      ({ ending } = step);
      return step;
    },
    async end() {
      await chunks.return?.();
    },
  };
};
