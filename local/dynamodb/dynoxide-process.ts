import { once } from "node:events";
import { Agent, createServer, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { endProcess, spawnGuarded } from "../guarded-process.ts";
import { isObject, parseObject, type JsonObject } from "../json-value.ts";
import { listenOnLoopback } from "../listen.ts";
import { readBody } from "../read-body.ts";
import { findDynoxide } from "./dynoxide-binary.ts";

export type DynoxideAnswer = { readonly status: number; readonly body: Buffer };

/** One region's DynamoDB: a dynoxide process. */
export type DynoxideProcess = {
  readonly pid: number | undefined;
  /** Without a slash at its end. */
  readonly url: string;
  /** Sends a request as it is: dynoxide's ARNs, no IAM. `target` is `DynamoDB_20120810.PutItem` and the like. */
  call(target: string, body: string | Buffer): Promise<DynoxideAnswer>;
  stop(): Promise<void>;
};

const freePort = async (): Promise<number> => {
  const listener = await listenOnLoopback(createServer());
  await listener.close();
  return listener.port;
};

const startTimeoutMs = 15_000;

/** dynoxide wants a signed request and verifies nothing but its shape. */
const signature = {
  authorization:
    "AWS4-HMAC-SHA256 Credential=local/20200101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
  "x-amz-date": "20200101T000000Z",
};

const post = async (
  port: number,
  agent: Agent,
  target: string,
  body: string | Buffer,
): Promise<DynoxideAnswer> => {
  const outgoing = request({
    agent,
    host: "127.0.0.1",
    port,
    method: "POST",
    headers: {
      ...signature,
      "content-length": Buffer.byteLength(body),
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": target,
    },
  });
  outgoing.end(body);
  const [response] = await once(outgoing, "response");
  return { status: response.statusCode, body: await readBody(response) };
};

/** Its database serves one request at a time. A second thread would only make the first free memory for both processors. */
const threads = { TOKIO_WORKER_THREADS: "1" };

/** Starts dynoxide, in memory or on a database file, and waits until it answers. It ends with this process. */
export const startDynoxide = async (databaseFile?: string): Promise<DynoxideProcess> => {
  const { command, leadingArgs } = findDynoxide();
  const port = await freePort();
  const fileArgs = databaseFile === undefined ? [] : ["--db-path", databaseFile];
  const child = spawnGuarded(command, [...leadingArgs, "serve", "--port", String(port), ...fileArgs], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...threads },
  });
  let errors = "";
  child.stderr?.on("data", (chunk: Buffer) => (errors = `${errors}${chunk.toString("utf8")}`.slice(-2000)));
  let failedToStart: Error | undefined;
  child.once("error", (error) => (failedToStart = error));

  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const stop = async (): Promise<void> => {
    agent.destroy();
    await endProcess(child);
  };
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    try {
      await post(port, agent, "DynamoDB_20120810.ListTables", "{}");
      break;
    } catch (error) {
      const ended = child.exitCode !== null || child.signalCode !== null || failedToStart !== undefined;
      if (ended || Date.now() > deadline) {
        await stop();
        throw new Error(`dynoxide (${command}) did not start: ${failedToStart?.message ?? errors}`, {
          cause: error,
        });
      }
      await sleep(10);
    }
  }
  return {
    pid: child.pid,
    url: `http://127.0.0.1:${port}`,
    call: (target, body) => post(port, agent, target, body),
    stop,
  };
};

/** An error of DynamoDB, as its JSON says it. */
export class DynamoDbError extends Error {
  constructor(target: string, answer: JsonObject) {
    super(`${target}: ${String(answer["message"] ?? answer["Message"])}`);
    this.name = String(answer["__type"]).replace(/^.*#/, "");
  }
}

/** Sends an operation from the emulator itself; throws `DynamoDbError`. */
export const callJson = async (
  process: DynoxideProcess,
  target: string,
  body: JsonObject,
): Promise<JsonObject> => {
  const { status, body: text } = await process.call(target, JSON.stringify(body));
  const answer = text.length === 0 ? {} : parseObject(text.toString("utf8"), `the answer of ${target}`);
  if (status !== 200 || !isObject(answer)) throw new DynamoDbError(target, answer);
  return answer;
};
