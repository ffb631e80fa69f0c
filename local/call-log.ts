/** One AWS API call that passed IAM: enough to count what a request costs. */
export type LoggedCall = {
  readonly service: string;
  readonly region: string;
  readonly roleArn: string;
  /** A transaction has one entry per item. */
  readonly action: string;
  readonly resource: string;
};

/** What DynamoDB charged for one call, over all its tables. */
export type ConsumedCapacity = {
  readonly region: string;
  readonly roleArn: string;
  readonly operation: string;
  readonly units: number;
};

/** Off until a test or a benchmark switches it on: a machine that runs for days must not remember every call. */
export type CallLog = {
  start(): void;
  stop(): void;
  isOn(): boolean;
  record(call: LoggedCall): void;
  recordCapacity(capacity: ConsumedCapacity): void;
  calls(): readonly LoggedCall[];
  capacity(): readonly ConsumedCapacity[];
};

export const createCallLog = (): CallLog => {
  let on = false;
  let calls: LoggedCall[] = [];
  let capacity: ConsumedCapacity[] = [];
  return {
    start: () => {
      on = true;
      calls = [];
      capacity = [];
    },
    stop: () => {
      on = false;
    },
    isOn: () => on,
    record: (call) => {
      if (on) calls.push(call);
    },
    recordCapacity: (entry) => {
      if (on) capacity.push(entry);
    },
    calls: () => calls,
    capacity: () => capacity,
  };
};
