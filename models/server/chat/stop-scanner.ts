type StopScan = {
  /** Safe to show: no stop sequence can begin in it any more. */
  readonly text: string;
  readonly stopped: boolean;
};

export type StopScanner = { push(text: string): StopScan; flush(): string };

const firstMatch = (text: string, stops: readonly string[]) =>
  stops
    .map((stop) => ({ start: text.indexOf(stop), length: stop.length }))
    .filter(({ start }) => start !== -1)
    // The one complete first, as if the text had come letter by letter; of two, the longer.
    .toSorted((a, b) => a.start + a.length - (b.start + b.length) || a.start - b.start)[0];

const possibleStart = (text: string, stops: readonly string[]): number => {
  const longest = Math.max(0, ...stops.map((stop) => stop.length - 1));
  for (let start = Math.max(0, text.length - longest); start < text.length; start += 1) {
    const tail = text.slice(start);
    if (stops.some((stop) => stop.startsWith(tail))) return start;
  }
  return text.length;
};

/**
 * Ends a text before the first stop sequence, which is never shown, not even its beginning: what may become one is
 * held back until it cannot. The result does not depend on how the text is cut into pieces.
 */
export const createStopScanner = (stops: readonly string[]): StopScanner => {
  let held = "";
  return {
    push: (piece) => {
      const text = held + piece;
      const match = firstMatch(text, stops);
      if (match !== undefined) {
        held = "";
        return { text: text.slice(0, match.start), stopped: true };
      }
      const safe = possibleStart(text, stops);
      held = text.slice(safe);
      return { text: text.slice(0, safe), stopped: false };
    },
    flush: () => {
      const text = held;
      held = "";
      return text;
    },
  };
};
