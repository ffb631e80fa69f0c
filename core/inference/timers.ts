/** Time that passes although nothing happens. A flow that is to act then is given this by the shell. */
export interface Timers {
  /** Calls `elapsed` once, that long after the last `restart`. */
  start(durationMs: number, elapsed: () => void): Timer;
}

export interface Timer {
  restart(): void;
  /** It is not heard of again. Also in order after it has elapsed. */
  stop(): void;
}

/** Whether `promise` takes longer than `durationMs`. It goes on either way, and who awaits it learns of its failure. */
export const takesLongerThan = (
  timers: Timers,
  durationMs: number,
  promise: Promise<unknown>,
): Promise<boolean> =>
  new Promise((resolve) => {
    const timer = timers.start(durationMs, () => resolve(true));
    const settle = (): void => {
      timer.stop();
      resolve(false);
    };
    promise.then(settle, settle);
  });
