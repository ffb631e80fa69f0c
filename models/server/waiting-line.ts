export type Place =
  | { readonly ok: true; leave(): void }
  | { readonly ok: false; readonly reason: "full" | "left" };

export type WaitingLine = {
  /** Resolves when it is this caller's turn, at once when the line is full, or when `signal` says that it went away. */
  enter(signal: AbortSignal): Promise<Place>;
};

/** First come, first served: `activeMax` at a time, at most `waitingMax` behind them, nobody beyond. */
export const createWaitingLine = (activeMax: number, waitingMax: number): WaitingLine => {
  const waiting: (() => void)[] = [];
  let active = 0;

  const takePlace = (): Place => {
    let held = true;
    active += 1;
    return {
      ok: true,
      leave: () => {
        if (!held) return;
        held = false;
        active -= 1;
        waiting.shift()?.();
      },
    };
  };

  return {
    enter: (signal) => {
      if (signal.aborted) return Promise.resolve({ ok: false, reason: "left" });
      if (active < activeMax) return Promise.resolve(takePlace());
      if (waiting.length >= waitingMax) return Promise.resolve({ ok: false, reason: "full" });
      return new Promise((resolve) => {
        const callIn = () => {
          signal.removeEventListener("abort", giveUp);
          resolve(takePlace());
        };
        const giveUp = () => {
          waiting.splice(waiting.indexOf(callIn), 1);
          resolve({ ok: false, reason: "left" });
        };
        waiting.push(callIn);
        signal.addEventListener("abort", giveUp, { once: true });
      });
    },
  };
};
