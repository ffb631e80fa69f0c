import { Worker } from "node:worker_threads";
import { modelLoading, serverBusy } from "../problem.ts";
import { createWaitingLine } from "../waiting-line.ts";
import { createEventQueue, type EventQueue } from "./event-queue.ts";
import type {
  EngineCommand,
  EngineConfiguration,
  EngineReport,
  JobEvent,
  Task,
  TaskTypes,
} from "./protocol.ts";

export type Engine<T extends Task> = {
  readonly isReady: () => boolean;
  /**
   * What the model says to a job, until it has really stopped: after `signal` is aborted the iteration goes on to the
   * engine's last word, which tells how much was generated.
   */
  run(job: TaskTypes[T]["job"], signal: AbortSignal): AsyncIterable<JobEvent<T>>;
};

export type EngineOptions = {
  readonly activeMax: number;
  readonly waitingMax: number;
  readonly onReady: () => void;
  /** The thread is gone, or could not load its model: nothing can be answered any more. */
  readonly onDeath: (error: unknown) => void;
};

/**
 * Runs the model in a thread of its own, because ONNX Runtime computes synchronously: this thread goes on answering
 * health checks during a long prefill.
 */
export const startEngine = <T extends Task>(
  configuration: EngineConfiguration & { readonly task: T },
  options: EngineOptions,
): Engine<T> => {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: configuration });
  const line = createWaitingLine(options.activeMax, options.waitingMax);
  const open = new Map<number, EventQueue<JobEvent<T>>>();
  let ready = false;
  let lastId = 0;

  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a browser window.
  const command = (message: EngineCommand) => worker.postMessage(message);

  worker.on("message", (report: EngineReport) => {
    switch (report.type) {
      case "ready":
        ready = true;
        options.onReady();
        break;
      case "event":
        open.get(report.id)?.push(report.event);
        break;
      case "end":
        open.get(report.id)?.end();
        break;
    }
  });
  worker.on("error", options.onDeath);
  worker.on("exit", (code) => options.onDeath(new Error(`The engine's thread ended with code ${code}.`)));

  return {
    isReady: () => ready,
    async *run(job, signal) {
      if (!ready) {
        yield { type: "refused", problem: modelLoading };
        return;
      }
      const place = await line.enter(signal);
      if (!place.ok) {
        if (place.reason === "full") yield { type: "refused", problem: serverBusy };
        return;
      }
      lastId += 1;
      const id = lastId;
      const queue = createEventQueue<JobEvent<T>>();
      const cancel = () => command({ type: "cancel", id });
      open.set(id, queue);
      command({ type: "run", id, job });
      signal.addEventListener("abort", cancel, { once: true });
      if (signal.aborted) cancel();
      try {
        yield* queue;
      } finally {
        signal.removeEventListener("abort", cancel);
        // For a reader that gave up early; without effect on a job that has ended.
        cancel();
        open.delete(id);
        place.leave();
      }
    },
  };
};
