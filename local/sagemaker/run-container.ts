/** What it takes to run a model's container on this machine. */
export type ContainerSpec = {
  readonly endpointName: string;
  readonly region: string;
  readonly modelName: string;
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The folder to show the container as `/opt/ml/model`; absent for a model without data. */
  readonly modelDataDir?: string;
  /** As the template says it, such as `ml.m5.large`; absent for a serverless variant. */
  readonly instanceType?: string;
};

/** A server of SageMaker's contract: `GET /ping`, `POST /invocations`. */
export type RunningContainer = {
  /** `http://host:port`, without a path. */
  readonly url: string;
  /** Resolves, with the reason, when the container has ended by itself; absent for a server that is not ours. */
  readonly exited?: Promise<string>;
  stop(): Promise<void> | void;
};

/** Undefined where nothing on this machine can run the image. */
export type RunContainer = (spec: ContainerSpec) => Promise<RunningContainer | undefined>;
