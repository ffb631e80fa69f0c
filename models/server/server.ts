/**
 * A CPU model server with SageMaker's container contract. README.md of the folder above has its environment variables.
 *
 *   node server.ts [serve]
 */
import { flushCompileCache } from "node:module";
import { readConfiguration } from "./configuration.ts";
import { errorOrigin } from "./error-origin.ts";
import { createModelServer } from "./http/model-server.ts";
import { log } from "./log.ts";
import { startTask } from "./start-task.ts";

const shutdownMsMax = 25_000; // SageMaker kills after 30 s.

// ONNX Runtime reports home by default. It reads this when it loads, from the process: a worker's copy does not count.
process.env["ORT_DISABLE_TELEMETRY"] = "1";

const giveUp = (reason: string): never => {
  process.stderr.write(`${reason}\n`);
  process.exit(1);
};

const readSettings = () => {
  const [command = "serve", ...rest] = process.argv.slice(2);
  if (command !== "serve" || rest.length > 0) return giveUp("usage: node server.ts [serve]");
  try {
    return readConfiguration(process.env);
  } catch (error) {
    return giveUp(error instanceof RangeError ? error.message : String(error));
  }
};

const settings = readSettings();
const started = performance.now();

const { answer, isReady } = startTask(settings, {
  activeMax: settings.activeMax,
  waitingMax: settings.waitingMax,
  onReady: () => {
    log({ event: "ready", model: settings.modelName, milliseconds: Math.round(performance.now() - started) });
    // Where NODE_COMPILE_CACHE is set, the next start takes a third less; also when this one is killed.
    flushCompileCache();
  },
  // Not revived in place: whoever runs this process starts a clean one.
  onDeath: (error) => {
    // Before the first request there is nothing private that a message could quote.
    const message = !isReady() && error instanceof Error ? error.message : undefined;
    log({ event: "engine died", message, ...errorOrigin(error) });
    process.exit(1);
  },
});

const server = createModelServer({ answer, isReady, bodyBytesMax: settings.bodyBytesMax });
server.on("error", (error) => giveUp(`Cannot listen on ${settings.host}:${settings.port}: ${error.message}`));
server.listen(settings.port, settings.host, () => {
  const address = server.address();
  const listening = typeof address === "object" && address !== null ? address.port : settings.port;
  process.stdout.write(`${JSON.stringify({ listening })}\n`);
});

let leaving = false;
const leave = () => {
  // Asked twice: at once.
  if (leaving) process.exit(1);
  leaving = true;
  server.close(() => process.exit(0));
  setTimeout(() => process.exit(0), shutdownMsMax).unref();
};
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, leave);
if (settings.exitOnStdinEnd) process.stdin.on("end", () => process.exit(0)).resume();
