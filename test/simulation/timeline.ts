import process from "node:process";

/** Virtual time: events happen in order of time, one after the other, and hours pass as fast as they can be computed. */
export type Timeline = {
  now(): number;
  /** Runs `event` in `delayMs`; the next one waits until it and all that follows from it has been done. */
  in(delayMs: number, event: () => void | Promise<void>): void;
  /** Until nothing is left to happen. */
  run(): Promise<void>;
};

type Entry = { readonly at: number; readonly order: number; readonly event: () => void | Promise<void> };

const isBefore = (one: Entry, other: Entry): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);

export const timeline = (startMs: number): Timeline => {
  let nowMs = startMs;
  let order = 0;
  /** A binary heap: no entry is before its parent. */
  const heap: Entry[] = [];

  const push = (entry: Entry): void => {
    let index = heap.length;
    for (;;) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (index === 0 || !parent || !isBefore(entry, parent)) break;
      heap[index] = parent;
      index = above;
    }
    heap[index] = entry;
  };

  const pop = (): Entry | undefined => {
    const first = heap[0];
    const last = heap.pop();
    if (!last || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let leastIndex = 2 * index + 1;
      let least = heap[leastIndex];
      const right = heap[leastIndex + 1];
      if (least && right && isBefore(right, least)) {
        least = right;
        leastIndex += 1;
      }
      if (!least || !isBefore(least, last)) break;
      heap[index] = least;
      index = leastIndex;
    }
    heap[index] = last;
    return first;
  };

  return {
    now: () => nowMs,
    in(delayMs, event) {
      order += 1;
      push({ at: nowMs + Math.max(0, Math.ceil(delayMs)), order, event });
    },
    async run() {
      for (let entry = pop(); entry; entry = pop()) {
        nowMs = entry.at;
        await entry.event();
        // Node runs next ticks only when no promise is left to continue. A turn of its event loop would do too, at five times the price.
        await new Promise<void>((resolve) => process.nextTick(resolve));
      }
    },
  };
};
