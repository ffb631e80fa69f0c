import { homedir } from "node:os";
import path from "node:path";
import { tasks, type EngineConfiguration, type ModelSource, type Task } from "./engine/protocol.ts";

export type ServerConfiguration = {
  readonly host: string;
  /** 0 lets the system choose a free port. */
  readonly port: number;
  /** What answers call the model. */
  readonly modelName: string;
  readonly bodyBytesMax: number;
  /** Requests that the engine works on side by side, token by token. */
  readonly activeMax: number;
  /** Requests that may wait for their turn; the next one is refused. */
  readonly waitingMax: number;
  /** Leave when stdin ends, so that a parent killed outright leaves no orphan. */
  readonly exitOnStdinEnd: boolean;
  readonly engine: EngineConfiguration;
};

type Environment = Readonly<Record<string, string | undefined>>;

const readInteger = (
  environment: Environment,
  name: string,
  fallback: number,
  least: number,
  most: number,
) => {
  const text = environment[name];
  if (text === undefined || text === "") return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${name} must be an integer from ${least} to ${most}, not "${text}".`);
  }
  return value;
};

const readChoice = <T extends string>(
  environment: Environment,
  name: string,
  choices: readonly T[],
  fallback: T,
): T => {
  const text = environment[name];
  if (text === undefined || text === "") return fallback;
  const choice = choices.find((candidate) => candidate === text);
  if (choice === undefined)
    throw new RangeError(`${name} must be one of ${choices.join(", ")}, not "${text}".`);
  return choice;
};

const readSource = (environment: Environment): ModelSource => {
  const id = environment["HF_MODEL_ID"];
  if (id === undefined || id === "") {
    return { kind: "folder", folder: path.resolve(environment["FAREBOX_MODEL_DIR"] ?? "/opt/ml/model") };
  }
  if (!/^[\w.-]+\/[\w.-]+$/.test(id))
    throw new RangeError(`HF_MODEL_ID must look like "owner/name", not "${id}".`);
  const cache = environment["HF_HOME"] ?? path.join(homedir(), ".cache", "huggingface");
  return { kind: "hub", id, cacheFolder: path.resolve(cache) };
};

const nameOf = (source: ModelSource) => (source.kind === "hub" ? source.id : path.basename(source.folder));

/** Reads the environment. @throws RangeError with a sentence that names the variable: the server does not start. */
export const readConfiguration = (environment: Environment): ServerConfiguration => {
  const source = readSource(environment);
  return {
    host: environment["HOST"] ?? "0.0.0.0",
    port: readInteger(environment, "PORT", 8080, 0, 65_535),
    modelName: environment["FAREBOX_MODEL_NAME"] ?? nameOf(source),
    bodyBytesMax: readInteger(environment, "FAREBOX_BODY_BYTES_MAX", 6 * 1024 * 1024, 1, 25 * 1024 * 1024),
    activeMax: readInteger(environment, "FAREBOX_ACTIVE_MAX", 8, 1, 64),
    waitingMax: readInteger(environment, "FAREBOX_WAITING_MAX", 64, 0, 10_000),
    exitOnStdinEnd: environment["FAREBOX_EXIT_ON_STDIN_END"] === "1",
    engine: {
      task: readChoice<Task>(environment, "FAREBOX_MODEL_TASK", tasks, "chat"),
      source,
      precision: readChoice(environment, "FAREBOX_MODEL_DTYPE", ["q8", "q4", "fp16", "fp32"], "q8"),
      pooling: readChoice(environment, "FAREBOX_MODEL_POOLING", ["mean", "cls", "last_token"], "mean"),
      // Two threads are slower than one for models of a few megabytes; a larger one wants the machine's cores.
      threads: readInteger(environment, "FAREBOX_MODEL_THREADS", 1, 1, 64),
    },
  };
};
