import { AwsError, type AwsService } from "../aws-service.ts";
import type { Deployment } from "../cloudformation/template.ts";
import { spreadOver } from "./choose-variant.ts";
import type { Endpoint, Variant } from "./endpoint.ts";
import { endpointsFromTemplates } from "./endpoints-from-templates.ts";
import type { FetchModelData } from "./fetch-model-data.ts";
import { readInvocation, type Invocation } from "./invocation.ts";
import { invoke, invokeWithResponseStream } from "./invoke.ts";
import type { RunContainer, RunningContainer } from "./run-container.ts";
import { CannotRun, SupervisedContainer } from "./supervised-container.ts";

export type SageMakerOptions = {
  readonly runContainer: RunContainer;
  readonly fetchModelData: FetchModelData;
  /** Cuts streamed payload parts to this many bytes, as SageMaker may: 3 finds those who decode UTF-8 by part. */
  readonly payloadPartBytes?: number;
  readonly invokeTimeoutMs?: number;
  readonly streamTimeoutMs?: number;
  /** How long a container may take until it answers `GET /ping`. */
  readonly readyTimeoutMs?: number;
  /** The delay before a container that ended is started again; doubles with every failure. */
  readonly restartDelayMs?: number;
  /** Told about containers that end and come back. */
  readonly report?: (message: string) => void;
};

export interface SageMaker extends AwsService {
  /**
   * Starts the containers of these endpoints side by side, or of all, and waits until each is ready; throws naming every
   * endpoint that is not. Others are started when they are first invoked.
   */
  startEndpoints(isWanted?: (endpointName: string) => boolean): Promise<void>;
  /** Starts all containers that nobody has started, one after the other: what is running already stays quick. */
  startRemaining(): Promise<void>;
  stop(): Promise<void>;
}

type RunningEndpoint = {
  readonly endpoint: Endpoint;
  readonly containers: ReadonlyMap<Variant, SupervisedContainer>;
  readonly nextVariant: () => Variant | undefined;
};

/** SageMaker Runtime: invocations of the templates' endpoints go to containers on this machine. */
export function createSageMaker(deployment: Deployment, options: SageMakerOptions): SageMaker {
  const endpoints = endpointsFromTemplates(deployment).map((endpoint): RunningEndpoint => ({
    endpoint,
    nextVariant: spreadOver(endpoint.variants),
    containers: new Map(endpoint.variants.map((variant) => [variant, supervise(endpoint, variant, options)])),
  }));
  const supervised = endpoints.flatMap(({ endpoint: { name }, containers }) =>
    [...containers.values()].map((container) => ({ name, container })),
  );

  return {
    protocol: "rest-json",
    checks(call) {
      const { operation, endpointName } = readInvocation(call);
      const resource = `arn:aws:sagemaker:${call.region}:${call.account}:endpoint/${endpointName.toLowerCase()}`;
      return [{ action: `sagemaker:${operation}`, resource }];
    },
    async handle(call) {
      const invocation = readInvocation(call);
      const running = findEndpoint(endpoints, invocation.endpointName, call.region, call.account);
      const { variant, container } = chooseVariant(running, invocation);
      if (call.body.length > variant.bodyBytesMax) {
        throw new AwsError(
          "ValidationError",
          `HTTP content length exceeded ${variant.bodyBytesMax} bytes.`,
          413,
        );
      }
      await container.demand();
      const route = { call, invocation, endpoint: running.endpoint, variant, container };
      if (invocation.operation === "InvokeEndpoint") {
        return invoke(route, options.invokeTimeoutMs ?? 60_000);
      }
      return invokeWithResponseStream(route, options.streamTimeoutMs ?? 480_000, options.payloadPartBytes);
    },
    async startEndpoints(isWanted = () => true) {
      const wanted = supervised.filter(({ name }) => isWanted(name));
      const started = await Promise.allSettled(wanted.map(({ container }) => container.start()));
      const failures = started.flatMap((result, index) =>
        result.status === "rejected" ? [`Endpoint ${wanted[index]?.name}: ${messageOf(result.reason)}`] : [],
      );
      if (failures.length > 0) throw new Error(failures.join("\n"));
    },
    async startRemaining() {
      for (const { container } of supervised) await container.demand();
    },
    async stop() {
      await Promise.all(supervised.map(({ container }) => container.stop()));
    },
  };
}

function supervise(endpoint: Endpoint, variant: Variant, options: SageMakerOptions): SupervisedContainer {
  let modelDataDir: string | undefined;
  const run = async (): Promise<RunningContainer> => {
    const { dataUri, executionRoleArn, name: modelName, image, environment } = variant.model;
    if (dataUri !== undefined) {
      modelDataDir ??= await options.fetchModelData(dataUri, executionRoleArn, endpoint.region);
    }
    const container = await options.runContainer({
      endpointName: endpoint.name,
      region: endpoint.region,
      modelName,
      image,
      environment,
      ...(modelDataDir === undefined ? {} : { modelDataDir }),
      ...(variant.instanceType === undefined ? {} : { instanceType: variant.instanceType }),
    });
    if (container === undefined) throw new CannotRun(whyNot(variant));
    return container;
  };
  return new SupervisedContainer({
    name: `${endpoint.region}/${endpoint.name}/${variant.name}`,
    run,
    readyTimeoutMs: options.readyTimeoutMs ?? 120_000,
    restartDelayMs: options.restartDelayMs ?? 500,
    report: options.report ?? (() => undefined),
  });
}

function whyNot({ name, instanceType, model }: Variant): string {
  const isGpu = /^ml\.[gp]\d/.test(instanceType ?? "");
  return isGpu
    ? `variant ${name} needs a GPU instance (${instanceType}), which this machine cannot be`
    : `nothing on this machine runs the image ${model.image} of variant ${name}`;
}

/** Names are unique whatever their case. */
function findEndpoint(
  endpoints: readonly RunningEndpoint[],
  name: string,
  region: string,
  account: string,
): RunningEndpoint {
  const running = endpoints.find(
    ({ endpoint }) => endpoint.region === region && endpoint.name.toLowerCase() === name.toLowerCase(),
  );
  if (running !== undefined) return running;
  throw new AwsError("ValidationError", `Endpoint ${name} of account ${account} not found.`);
}

function chooseVariant(
  { endpoint, nextVariant, containers }: RunningEndpoint,
  { targetVariant }: Invocation,
): { readonly variant: Variant; readonly container: SupervisedContainer } {
  const variant =
    targetVariant === undefined
      ? nextVariant()
      : endpoint.variants.find(({ name }) => name === targetVariant);
  const container = variant && containers.get(variant);
  if (variant !== undefined && container !== undefined) return { variant, container };
  throw new AwsError(
    "ValidationError",
    `Variant ${targetVariant} of endpoint ${endpoint.name} of account ${endpoint.account} not found.`,
  );
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
