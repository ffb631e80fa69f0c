import path from "node:path";
import { createInterface } from "node:readline";
import { endProcess, spawnGuarded } from "../../local/guarded-process.ts";
import type { LogSink } from "../../local/log-event.ts";
import type { ContainerSpec, RunContainer, RunningContainer } from "../../local/sagemaker/run-container.ts";

const server = path.join(import.meta.dirname, "..", "..", "models", "server", "server.ts");

/** The repository that the CDK pushes images to: of all images, only the CPU server is built by this deployment. */
const builtByDeployment = /\/cdk-[a-z0-9]+-container-assets-/;

/** Runs the CPU model server as the process that its Dockerfile starts, without Docker; `undefined` for any other image. */
export const runCpuServer =
  (log: LogSink): RunContainer =>
  async (spec) =>
    builtByDeployment.test(spec.image) ? start(spec, log) : undefined;

const start = async (spec: ContainerSpec, log: LogSink): Promise<RunningContainer> => {
  const child = spawnGuarded(process.execPath, [server, "serve"], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
      HOST: "127.0.0.1",
      PORT: "0",
      ...spec.environment,
      ...(spec.modelDataDir !== undefined && { FAREBOX_MODEL_DIR: spec.modelDataDir }),
    },
  });
  const exited = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(signal ?? `exit status ${code}`));
  });
  const logLine = (line: string): void =>
    log({ kind: "function-line", functionName: spec.endpointName, region: spec.region, line });
  if (child.stderr) createInterface({ input: child.stderr }).on("line", logLine);
  const listening = new Promise<number>((resolve) => {
    if (!child.stdout) return;
    createInterface({ input: child.stdout }).on("line", (line) => {
      const port = portIn(line);
      if (port === undefined) logLine(line);
      else resolve(port);
    });
  });
  const port = await Promise.race([
    listening,
    exited.then((reason) =>
      Promise.reject(new Error(`the model server of ${spec.endpointName} ended: ${reason}`)),
    ),
  ]);
  return { url: `http://127.0.0.1:${port}`, exited, stop: () => endProcess(child) };
};

/** The server's first line says where it listens: `{"listening":40123}`. */
const portIn = (line: string): number | undefined => {
  const port = /^\{"listening":(\d+)\}$/.exec(line)?.[1];
  return port === undefined ? undefined : Number(port);
};
