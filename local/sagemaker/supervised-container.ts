import { Agent } from "node:http";
import { awaitPing } from "./await-ping.ts";
import type { RunningContainer } from "./run-container.ts";

export type SupervisedContainerOptions = {
  /** For messages: the endpoint and its variant. */
  readonly name: string;
  readonly run: () => Promise<RunningContainer>;
  readonly readyTimeoutMs: number;
  readonly restartDelayMs: number;
  readonly report: (message: string) => void;
};

/** Where a ready container listens, and the connections to it. */
export type ReadyContainer = { readonly url: string; readonly agent: Agent };

/** Nothing on this machine runs the container, today or tomorrow. */
export class CannotRun extends Error {
  override readonly name = "CannotRun";
}

const restartDelayMsMax = 30_000;

/** Keeps a model's container running: one that ends is started again, after a delay that doubles with every failure. */
export class SupervisedContainer {
  readonly #options: SupervisedContainerOptions;
  #container: RunningContainer | undefined;
  #ready: ReadyContainer | undefined;
  #downReason = "it has not been started";
  #failures = 0;
  #readyAtMs = 0;
  #restart: NodeJS.Timeout | undefined;
  #firstStart: Promise<void> | undefined;
  #starting: Promise<void> | undefined;
  readonly #stopping = new AbortController();

  constructor(options: SupervisedContainerOptions) {
    this.#options = options;
  }

  /** The container, or why there is none now. */
  get state(): ReadyContainer | { readonly downReason: string } {
    return this.#ready ?? { downReason: this.#downReason };
  }

  /** Starts the container, if nobody has, and waits until it is ready; throws, with the container stopped, when it does not get there. */
  async start(): Promise<void> {
    this.#firstStart ??= this.#starting = this.#start();
    await this.#firstStart;
    if (!this.#ready) throw new Error(this.#downReason);
  }

  /** The same for whoever has a use for it: what does not get there is tried again later, and the state says why. */
  async demand(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    this.#firstStart ??= this.#starting = this.#startOrTryAgain("started");
    await this.#firstStart.catch(() => "reported by whoever started it");
  }

  /** A connection was refused: whatever listened there is gone, also where nothing tells of its end. */
  lost(ready: ReadyContainer, reason: string): void {
    if (this.#ready === ready) this.#down(reason);
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error("it was stopped before it was ready"));
    clearTimeout(this.#restart);
    await this.#starting?.catch(() => "reported by whoever started it");
    await this.#discard();
  }

  async #start(): Promise<void> {
    try {
      const container = await this.#options.run();
      this.#container = container;
      await awaitPing(container, this.#options.readyTimeoutMs, this.#stopping.signal);
      const ready = { url: container.url, agent: new Agent({ keepAlive: true }) };
      this.#ready = ready;
      this.#readyAtMs = Date.now();
      void container.exited?.then((reason) => this.lost(ready, reason));
    } catch (error) {
      this.#downReason = error instanceof Error ? error.message : String(error);
      await this.#discard();
      throw error;
    }
  }

  #down(reason: string, isFinal = false): void {
    this.#downReason = reason;
    // One that held out longer than the longest delay had recovered.
    if (this.#ready !== undefined && Date.now() - this.#readyAtMs > restartDelayMsMax) this.#failures = 0;
    this.#ready?.agent.destroy();
    this.#ready = undefined;
    if (this.#stopping.signal.aborted) return;
    if (isFinal) return this.#options.report(`${this.#options.name}: ${reason}`);
    const delayMs = Math.min(this.#options.restartDelayMs * 2 ** this.#failures, restartDelayMsMax);
    this.#failures += 1;
    this.#options.report(`${this.#options.name}: container down (${reason}); restarting in ${delayMs} ms`);
    this.#restart = setTimeout(() => {
      this.#starting = this.#startOrTryAgain("restarted");
    }, delayMs).unref();
  }

  async #startOrTryAgain(done: string): Promise<void> {
    await this.#discard();
    try {
      await this.#start();
      this.#options.report(`${this.#options.name}: container ${done}`);
    } catch (error) {
      this.#down(this.#downReason, error instanceof CannotRun);
    }
  }

  async #discard(): Promise<void> {
    const container = this.#container;
    this.#container = undefined;
    this.#ready?.agent.destroy();
    this.#ready = undefined;
    await container?.stop();
  }
}
