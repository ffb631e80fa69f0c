import { flushCompileCache } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import { errorOrigin } from "../error-origin.ts";
import { log } from "../log.ts";
import { loadRunner } from "./load-runner.ts";
import type { EngineCommand, EngineConfiguration, EngineReport } from "./protocol.ts";

/**
 * The engine's thread. Jobs run side by side: ONNX Runtime's Node binding yields between tokens, so that several
 * generations take turns, and a cancel is heard between two tokens.
 */
if (parentPort === null) throw new Error("engine/worker.ts runs as a worker thread of server.ts.");
const port = parentPort;
const report = (message: EngineReport) => port.postMessage(message);

// Written by startEngine, in this program.
const configuration = workerData as EngineConfiguration;
const run = await loadRunner(configuration);
const running = new Map<number, AbortController>();

const work = async (id: number, job: Extract<EngineCommand, { type: "run" }>["job"]) => {
  const controller = new AbortController();
  running.set(id, controller);
  try {
    await run(job, controller.signal, (event) => report({ type: "event", id, event }));
  } catch (error) {
    log({ event: "job failed", task: configuration.task, ...errorOrigin(error) });
    report({ type: "event", id, event: { type: "failed" } });
  } finally {
    running.delete(id);
    report({ type: "end", id });
  }
};

port.on("message", (command: EngineCommand) => {
  if (command.type === "cancel") running.get(command.id)?.abort();
  else void work(command.id, command.job);
});
flushCompileCache();
report({ type: "ready" });
