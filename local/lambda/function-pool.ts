import { AwsError, type Caller } from "../aws-service.ts";
import { matchesArn } from "../iam/pattern.ts";
import type { LogSink } from "../log-event.ts";
import { ExecutionEnvironment } from "./execution-environment.ts";
import type { DeployableFunction } from "./function-definition.ts";
import type { FunctionRunner, InvocationResult } from "./function-runner.ts";
import { createInvocation, eventBytesMax, type Invocation } from "./invocation.ts";

export type PoolOptions = {
  /** Most environments of one function on this machine. More requests than that wait: a laptop's limit, not AWS's. */
  readonly environmentsMax: number;
  readonly log: LogSink;
};

/** A deployed function: its environments, and the requests that wait for one. */
export class FunctionPool implements FunctionRunner {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly timeoutMs: number;
  readonly caller: Caller;
  readonly #deployed: DeployableFunction;
  readonly #options: PoolOptions;
  readonly #environments = new Set<ExecutionEnvironment>();
  readonly #waiting: Invocation[] = [];
  #running = 0;
  #stopped = false;

  constructor(deployed: DeployableFunction, options: PoolOptions) {
    this.name = deployed.definition.name;
    this.arn = deployed.definition.arn;
    this.region = deployed.definition.region;
    this.timeoutMs = deployed.definition.timeoutMs;
    this.caller = deployed.caller;
    this.#deployed = deployed;
    this.#options = options;
  }

  /** Processes of this function's environments. */
  pids(): readonly number[] {
    return [...this.#environments].map((environment) => environment.pid).filter((pid) => pid !== undefined);
  }

  async invoke(eventJson: string): Promise<InvocationResult> {
    if (Buffer.byteLength(eventJson) > eventBytesMax)
      throw new AwsError(
        "RequestTooLargeException",
        `Request must be smaller than ${eventBytesMax} bytes`,
        413,
      );
    const { reservedConcurrency } = this.#deployed.definition;
    if (this.#stopped || (reservedConcurrency !== undefined && this.#running >= reservedConcurrency))
      throw new AwsError("TooManyRequestsException", "Rate Exceeded.", 429, {
        Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
      });
    const { invocation, result } = createInvocation(eventJson);
    this.#running += 1;
    this.#waiting.push(invocation);
    this.#pump();
    const settled = await result;
    if (settled.kind === "stream") settled.body.once("close", () => this.#finish(invocation, settled));
    else this.#finish(invocation, settled);
    return settled;
  }

  permits(servicePrincipal: string, sourceArn: string): boolean {
    return this.#deployed.permissions.some(
      (permission) =>
        permission.principal === servicePrincipal &&
        (permission.sourceArn === undefined || matchesArn(permission.sourceArn, sourceArn)),
    );
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#environments].map((environment) => environment.stop()));
  }

  /** Gives waiting invocations to idle environments, and starts environments for the rest. */
  #pump(): void {
    while (this.#waiting.length > 0 && !this.#stopped) {
      const idle = [...this.#environments].toReversed().find((environment) => environment.isIdle);
      if (idle === undefined) break;
      const next = this.#waiting.shift();
      if (next !== undefined) idle.assign(next);
    }
    const freeSoon = [...this.#environments].filter((environment) => environment.isFreeSoon).length;
    const room = this.#options.environmentsMax - this.#environments.size;
    const missing = Math.min(this.#waiting.length - freeSoon, room);
    for (let started = 0; started < missing && !this.#stopped; started += 1) this.#startEnvironment();
  }

  #startEnvironment(): void {
    const environment = new ExecutionEnvironment(
      this.#deployed,
      {
        onIdle: () => this.#pump(),
        // One failed start fails one caller: a function that cannot load is retried by requests, never in a loop.
        onInitFailed: (payload) => this.#waiting.shift()?.settle({ kind: "failed", payload }),
        onEnded: (ended) => {
          this.#environments.delete(ended);
          this.#pump();
        },
      },
      this.#options.log,
    );
    this.#environments.add(environment);
    environment.start().catch((error: unknown) => {
      this.#environments.delete(environment);
      this.#waiting.shift()?.settle({
        kind: "failed",
        payload: JSON.stringify({ errorType: "Runtime.ExitError", errorMessage: String(error) }),
      });
    });
  }

  #finish(invocation: Invocation, result: InvocationResult): void {
    this.#running -= 1;
    const reason = result.kind === "stream" ? result.trailingError()?.errorType : failedReason(result);
    this.#options.log({
      kind: "invocation",
      functionName: this.name,
      region: this.region,
      requestId: invocation.requestId,
      durationMs: Date.now() - invocation.startedAtMs,
      outcome: reason === undefined ? "ok" : "failed",
      ...(reason === undefined ? {} : { reason }),
    });
  }
}

const failedReason = (result: InvocationResult): string | undefined => {
  if (result.kind !== "failed") return undefined;
  const match = /"errorType":\s*"([^"]*)"/.exec(result.payload);
  return match?.[1] ?? "Unhandled";
};
