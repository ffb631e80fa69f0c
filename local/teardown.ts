/** What has been started and must be stopped, last first. */
export type Teardown = {
  add(stop: () => Promise<void> | void): void;
  /** Stops everything even when something fails to stop, then throws what failed. Twice is once. */
  run(): Promise<void>;
};

export const createTeardown = (): Teardown => {
  const stops: (() => Promise<void> | void)[] = [];
  return {
    add: (stop) => void stops.push(stop),
    run: async () => {
      const failures: unknown[] = [];
      for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) {
        try {
          await stop();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length === 1) throw failures[0];
      if (failures.length > 1)
        throw new AggregateError(failures, "several parts of the local cloud did not stop");
    },
  };
};
