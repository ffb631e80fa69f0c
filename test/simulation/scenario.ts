/** What goes wrong, how often. Probabilities are per request or per call. */
export type Scenario = {
  readonly name: string;
  /** A process dies: before its usage event, after it, or after the answer. */
  readonly crash: number;
  /** A call takes effect, its acknowledgement is lost, and the client library sends it again. */
  readonly lostAck: number;
  /** The library gives up: the caller learns nothing of the outcome. */
  readonly noAnswer: number;
  /** A copy of the call arrives once more, up to a minute later. */
  readonly retry: number;
  readonly duplicateDelivery: number;
  /** Clocks are off by at most this much, in both directions. */
  readonly skewMs: number;
  /** A process stops in the middle of everything and wakes later, as if nothing had happened. */
  readonly freeze: number;
  /** Regions do not hear of each other from and until these parts of the run. */
  readonly partition?: readonly [fromMs: number, untilMs: number];
  /** Every process of the second region is lost here. */
  readonly dark?: readonly [fromMs: number, untilMs: number];
};

const calm: Scenario = {
  name: "without faults",
  crash: 0,
  lostAck: 0,
  noAnswer: 0,
  retry: 0,
  duplicateDelivery: 0,
  skewMs: 0,
  freeze: 0,
};

const faulty: Scenario = {
  ...calm,
  name: "crashes, lost acknowledgements, retries, skewed clocks",
  crash: 0.005,
  lostAck: 0.02,
  noAnswer: 0.002,
  retry: 0.05,
  duplicateDelivery: 0.2,
  skewMs: 7000,
};

const partition = [400_000, 700_000] as const;

export const scenarios = {
  calm,
  faulty,
  zombies: { ...faulty, name: "frozen processes that wake late", freeze: 0.02 },
  partition: { ...faulty, name: "a partition between regions that heals", partition },
  dark: {
    ...faulty,
    name: "a partition, and a region that goes dark",
    partition,
    dark: [450_000, 1_200_000],
  },
} as const satisfies Record<string, Scenario>;
