import type { ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import { spawnGuarded } from "../guarded-process.ts";
import type { LogSink } from "../log-event.ts";
import type { DeployableFunction } from "./function-definition.ts";

const runtimeClient = createRequire(import.meta.url).resolve("aws-lambda-ric");
const compileCache = path.join(
  import.meta.dirname,
  "..",
  "..",
  "node_modules",
  ".cache",
  "farebox-functions",
);
const preload = new URL("runtime-preload.mjs", import.meta.url);
preload.searchParams.set("cache", compileCache);

/** Part of the memory that V8 may fill before the process is out of it: the rest is Node's own and buffers. */
const heapShare = 0.9;

/** Starts AWS's runtime client on a function's code; it asks the Runtime API on this port for events. */
export const startFunctionProcess = (
  { definition, variables }: DeployableFunction,
  runtimeApiPort: number,
  log: LogSink,
): ChildProcess => {
  const heapMb = Math.max(64, Math.floor(definition.memoryMb * heapShare));
  const child = spawnGuarded(
    process.execPath,
    [`--max-old-space-size=${heapMb}`, "--import", preload.href, runtimeClient],
    {
      cwd: definition.folder,
      // Nothing of this process's own environment: a function sees what Lambda would give it.
      env: {
        ...variables(),
        AWS_LAMBDA_LOG_STREAM_NAME: `local/[$LATEST]${runtimeApiPort}`,
        AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${runtimeApiPort}`,
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const { name: functionName, region } = definition;
  for (const output of [child.stdout, child.stderr])
    if (output !== null)
      createInterface({ input: output }).on("line", (line) => {
        if (line !== "") log({ kind: "function-line", functionName, region, line });
      });
  return child;
};
