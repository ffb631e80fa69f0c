export type EventQueue<T> = AsyncIterable<T> & { push(event: T): void; end(): void };

/** Turns pushed events into an iteration with one reader. Unbounded: its writer is bounded by the tokens of one request. */
export const createEventQueue = <T>(): EventQueue<T> => {
  let events: T[] = [];
  let ended = false;
  let wake: (() => void) | undefined;

  return {
    push: (event) => {
      events.push(event);
      wake?.();
    },
    end: () => {
      ended = true;
      wake?.();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const batch = events;
        events = [];
        yield* batch;
        if (events.length > 0) continue;
        if (ended) return;
        await new Promise<void>((resolve) => (wake = resolve));
        wake = undefined;
      }
    },
  };
};
