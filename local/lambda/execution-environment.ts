import type { ChildProcess } from "node:child_process";
import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { endProcess } from "../guarded-process.ts";
import type { Listener } from "../listen.ts";
import type { LogSink } from "../log-event.ts";
import type { DeployableFunction } from "./function-definition.ts";
import { startFunctionProcess } from "./function-process.ts";
import { failure, payloadBytesMax, type Invocation } from "./invocation.ts";
import { startRuntimeApi, type Deliver } from "./runtime-api.ts";
import { streamResult } from "./stream-result.ts";

type Busy = {
  readonly kind: "busy";
  readonly invocation: Invocation;
  readonly timer: NodeJS.Timeout;
  stream?: Readable;
  /** The whole answer is out; the runtime has yet to ask for the next event. */
  isAnswered: boolean;
  /** It asked already: its requests come over two connections, so that the question may overtake the answer. */
  deliverNext?: Deliver;
};

type State =
  | { readonly kind: "starting" }
  /** Frozen until the next event. */
  | { readonly kind: "idle"; readonly deliver: Deliver }
  | Busy
  | { readonly kind: "ended" };

/** What the pool of a function wants to know about its environments. */
export type EnvironmentEvents = {
  onIdle(environment: ExecutionEnvironment): void;
  /** It will never be idle; `payload` is what a caller is told. */
  onInitFailed(payload: string): void;
  onEnded(environment: ExecutionEnvironment): void;
};

/** Turns of the event loop: a connection is accepted in one and read in the next, and there may be a turn between. */
const turnsToRead = 4;

const afterTurns = (turns: number, act: () => void): void =>
  void setImmediate(() => (turns > 1 ? afterTurns(turns - 1, act) : act()));

/** Lambda gives a function's module ten seconds to load. */
const initTimeoutMs = 10_000;

/**
 * One Lambda execution environment: a Node process with AWS's runtime client in it. It serves one invocation at a time and
 * is frozen in between, so that work a function leaves behind stands still, as on AWS.
 */
export class ExecutionEnvironment {
  readonly #function: DeployableFunction;
  readonly #events: EnvironmentEvents;
  readonly #log: LogSink;
  #state: State = { kind: "starting" };
  #process: ChildProcess | undefined;
  #runtimeApi: Listener | undefined;
  #initTimer: NodeJS.Timeout | undefined;
  #initError: string | undefined;

  constructor(deployed: DeployableFunction, events: EnvironmentEvents, log: LogSink) {
    this.#function = deployed;
    this.#events = events;
    this.#log = log;
  }

  get isIdle(): boolean {
    return this.#state.kind === "idle";
  }

  /** It starts, or has only to ask for its next event: no reason to start another. */
  get isFreeSoon(): boolean {
    return this.#state.kind === "starting" || (this.#state.kind === "busy" && this.#state.isAnswered);
  }

  /** The process, for whoever wants to see it die. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  async start(): Promise<void> {
    const runtimeApi = await startRuntimeApi({
      onNext: (deliver) => this.#becomeIdle(deliver),
      onPayload: (requestId, payload) => this.#answer(requestId, payload),
      onError: (requestId, payload) =>
        this.#settle(requestId, { kind: "failed", payload: payload.toString("utf8") }),
      onStream: (requestId, body) => this.#stream(requestId, body),
      onInitError: (payload) => {
        this.#initError = payload.toString("utf8");
        this.#kill();
      },
    });
    // The cloud may have stopped meanwhile.
    if (this.#state.kind === "ended") return runtimeApi.close();
    this.#runtimeApi = runtimeApi;
    this.#spawn(runtimeApi.port);
  }

  /** Thaws the environment and hands it an event. Only an idle one can be assigned. */
  assign(invocation: Invocation): void {
    if (this.#state.kind !== "idle")
      throw new Error("an execution environment serves one invocation at a time");
    const { deliver } = this.#state;
    const { timeoutMs, arn } = this.#function.definition;
    const timer = setTimeout(() => this.#timeOut(invocation), timeoutMs);
    this.#state = { kind: "busy", invocation, timer, isAnswered: false };
    this.#process?.kill("SIGCONT");
    deliver({
      requestId: invocation.requestId,
      eventJson: invocation.eventJson,
      deadlineMs: Date.now() + timeoutMs,
      functionArn: arn,
    });
  }

  async stop(): Promise<void> {
    this.#end("the local cloud stopped");
    if (this.#process !== undefined) await endProcess(this.#process);
    await this.#runtimeApi?.close();
  }

  #spawn(port: number): void {
    const child = startFunctionProcess(this.#function, port, this.#log);
    this.#process = child;
    this.#initTimer = setTimeout(() => {
      this.#initError = JSON.stringify({
        errorType: "Sandbox.Timedout",
        errorMessage: `Init phase timed out after ${initTimeoutMs / 1000} seconds`,
      });
      this.#kill();
    }, initTimeoutMs);
    child.once("error", (error) => this.#end(error.message));
    child.once("exit", (code, signal) => {
      // An answer may still be on its way: what the process wrote before it ended is read first.
      afterTurns(turnsToRead, () => this.#end(signal === null ? `exit status ${code}` : `signal: ${signal}`));
    });
  }

  #becomeIdle(deliver: Deliver): void {
    clearTimeout(this.#initTimer);
    if (this.#state.kind === "ended") return;
    if (this.#state.kind === "busy") {
      if (!this.#state.isAnswered) {
        this.#state.deliverNext = deliver;
        return;
      }
      clearTimeout(this.#state.timer);
    }
    this.#state = { kind: "idle", deliver };
    this.#events.onIdle(this);
    if (this.isIdle) this.#process?.kill("SIGSTOP");
  }

  #answer(requestId: string, payload: Buffer): void {
    if (payload.length > payloadBytesMax) {
      const message = `Response payload size exceeded maximum allowed payload size (${payloadBytesMax} bytes).`;
      this.#settle(requestId, failure("Function.ResponseSizeTooLarge", message));
    } else this.#settle(requestId, { kind: "payload", payload: payload.toString("utf8") });
  }

  #stream(requestId: string, request: IncomingMessage): void {
    const busy = this.#state;
    if (busy.kind !== "busy" || busy.invocation.requestId !== requestId) {
      request.destroy();
      return;
    }
    const result = streamResult(request);
    busy.stream = result.body;
    result.body.once("close", () => this.#markAnswered(busy));
    busy.invocation.settle(result);
  }

  #settle(requestId: string, result: Parameters<Invocation["settle"]>[0]): void {
    if (this.#state.kind !== "busy" || this.#state.invocation.requestId !== requestId) return;
    this.#state.invocation.settle(result);
    this.#markAnswered(this.#state);
  }

  #markAnswered(busy: Busy): void {
    busy.isAnswered = true;
    if (this.#state === busy && busy.deliverNext !== undefined) this.#becomeIdle(busy.deliverNext);
  }

  #timeOut(invocation: Invocation): void {
    const seconds = (this.#function.definition.timeoutMs / 1000).toFixed(2);
    const message = `RequestId: ${invocation.requestId} Error: Task timed out after ${seconds} seconds`;
    const { name, region } = this.#function.definition;
    this.#log({ kind: "function-line", functionName: name, region, line: message });
    invocation.settle(failure("Sandbox.Timedout", message));
    this.#kill();
  }

  #kill(): void {
    this.#process?.kill("SIGKILL");
  }

  /** The process is gone or going: fails what it was doing. */
  #end(reason: string): void {
    const ended = this.#state;
    if (ended.kind === "ended") return;
    this.#state = { kind: "ended" };
    clearTimeout(this.#initTimer);
    if (ended.kind === "busy") {
      clearTimeout(ended.timer);
      const message = `RequestId: ${ended.invocation.requestId} Error: Runtime exited with error: ${reason}`;
      ended.invocation.settle(failure("Runtime.ExitError", message));
      ended.stream?.destroy(new Error(message));
    }
    this.#kill();
    void this.#runtimeApi?.close();
    if (ended.kind === "starting")
      this.#events.onInitFailed(
        this.#initError ??
          JSON.stringify({
            errorType: "Runtime.ExitError",
            errorMessage: `Runtime exited with error: ${reason}`,
          }),
      );
    this.#events.onEnded(this);
  }
}
