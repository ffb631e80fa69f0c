import { readFileSync } from "node:fs";
import { once } from "node:events";
import path from "node:path";
import { Writable, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import type { Caller } from "../../../local/aws-service.ts";
import type { FunctionDefinition } from "../../../local/lambda/function-definition.ts";
import { environmentVariables } from "../../../local/lambda/function-definition.ts";
import { FunctionPool } from "../../../local/lambda/function-pool.ts";
import type { InvocationResult } from "../../../local/lambda/function-runner.ts";
import type { LogEvent } from "../../../local/log-event.ts";
import { readBody } from "../../../local/read-body.ts";
import { until } from "../../support/until.ts";

const caller: Caller = { account: "1", roleArn: "r", sessionArn: "s", policies: [] };
const credentials = { accessKeyId: "A", secretAccessKey: "s", sessionToken: "t" };
const folder = path.join(import.meta.dirname, "..", "fixture-app", "handlers");

const started: FunctionPool[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((pool) => pool.stop()));
});

type Given = Partial<FunctionDefinition> & { readonly environmentsMax?: number; readonly log?: LogEvent[] };

const startFunction = (
  handler: string,
  { environmentsMax = 4, log = [], ...given }: Given = {},
): FunctionPool => {
  const definition: FunctionDefinition = {
    name: "fn",
    arn: "arn:aws:lambda:us-east-1:1:function:fn",
    region: "us-east-1",
    roleArn: "r",
    folder,
    handler: `${handler}.handler`,
    runtime: "nodejs24.x",
    memoryMb: 128,
    timeoutMs: 5000,
    reservedConcurrency: undefined,
    logFormat: "Text",
    logLevel: undefined,
    variables: () => ({}),
    ...given,
  };
  const variables = () => environmentVariables(definition, credentials, "http://127.0.0.1:1");
  const deployed = { definition, caller, permissions: [], variables };
  const pool = new FunctionPool(deployed, { environmentsMax, log: (event) => void log.push(event) });
  started.push(pool);
  return pool;
};

const invoke = (pool: FunctionPool, event: object): Promise<InvocationResult> =>
  pool.invoke(JSON.stringify(event));

const answerOf = async (pool: FunctionPool, event: object): Promise<Record<string, unknown>> => {
  const result = await invoke(pool, event);
  if (result.kind !== "payload") throw new Error(`expected a payload: ${JSON.stringify(result)}`);
  return JSON.parse(result.payload) as Record<string, unknown>;
};

const errorOf = async (pool: FunctionPool, event: object): Promise<Record<string, unknown>> => {
  const result = await invoke(pool, event);
  if (result.kind !== "failed") throw new Error(`expected a failure: ${JSON.stringify(result)}`);
  return JSON.parse(result.payload) as Record<string, unknown>;
};

/** `T`: stopped; from Linux's process table. */
const stateOf = (pid: number): string => readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.[0] ?? "";

describe("execution environments", () => {
  test("an environment serves one request after the other, and is frozen in between", async () => {
    const pool = startFunction("faults");
    const first = await answerOf(pool, {});
    const [pid = 0] = pool.pids();
    await until(() => stateOf(pid) === "T");
    expect(await answerOf(pool, {})).toEqual({ served: 2, pid: first["pid"] });
  });

  test("work that is left behind does not run until the next request", async () => {
    const log: LogEvent[] = [];
    const hasRun = () => log.some((event) => event.kind === "function-line" && event.line === "late");
    const pool = startFunction("faults", { log });
    // Much longer than it takes to freeze a process, also on a busy machine.
    await answerOf(pool, { op: "late", ms: 500 });
    const [pid = 0] = pool.pids();
    await until(() => stateOf(pid) === "T");
    await sleep(600);
    expect(hasRun()).toBe(false);
    await answerOf(pool, {});
    await until(hasRun);
  });

  test("requests at the same time get environments of their own; beyond the machine's limit they wait", async () => {
    const pool = startFunction("faults", { environmentsMax: 2 });
    const answers = await Promise.all([1, 2, 3, 4].map(() => answerOf(pool, { op: "sleep", ms: 30 })));
    expect(answers).toHaveLength(4);
    expect(pool.pids()).toHaveLength(2);
  });

  test("requests one after the other need one environment", async () => {
    const pool = startFunction("faults");
    for (let request = 1; request <= 20; request += 1)
      expect(await answerOf(pool, {})).toMatchObject({ served: request });
    expect(pool.pids()).toHaveLength(1);
  });

  test("a function at its reserved concurrency refuses with TooManyRequestsException", async () => {
    const pool = startFunction("faults", { reservedConcurrency: 1 });
    const running = answerOf(pool, { op: "sleep", ms: 30 });
    await expect(invoke(pool, {})).rejects.toMatchObject({ code: "TooManyRequestsException", status: 429 });
    await running;
    expect(await answerOf(pool, {})).toMatchObject({ served: 2 });
  });
});

describe("failures", () => {
  test.each([
    ["throws", { op: "throw" }, "RangeError", "thrown on request"],
    ["exits", { op: "crash" }, "Runtime.ExitError", "exit status 7"],
    ["rejects a promise that nobody awaits", { op: "reject" }, "Runtime.ExitError", "exit status 1"],
    ["answers with more than 6 MB", { op: "big" }, "Function.ResponseSizeTooLarge", "6291556 bytes"],
  ])(
    "a function that %s fails that request, and the next one works",
    async (_case, event, errorType, message) => {
      const pool = startFunction("faults");
      expect(await errorOf(pool, event)).toMatchObject({
        errorType,
        errorMessage: expect.stringContaining(message),
      });
      expect(await answerOf(pool, {})).toHaveProperty("served");
    },
  );

  test("a function that takes too long is stopped, and the next request works", async () => {
    const pool = startFunction("faults", { timeoutMs: 300 });
    const error = await errorOf(pool, { op: "sleep", ms: 5000 });
    expect(error).toMatchObject({ errorType: "Sandbox.Timedout" });
    expect(error["errorMessage"]).toMatch(/Task timed out after 0.30 seconds$/);
    expect(await answerOf(pool, {})).toMatchObject({ served: 1 });
  });

  test("kill -9 of the process fails the request in it, and the next one works", async () => {
    const pool = startFunction("faults");
    await answerOf(pool, {});
    const [pid = 0] = pool.pids();
    await until(() => stateOf(pid) === "T");
    const failing = errorOf(pool, { op: "sleep", ms: 5000 });
    process.kill(pid, "SIGKILL");
    expect(await failing).toMatchObject({
      errorType: "Runtime.ExitError",
      errorMessage: expect.stringMatching(/SIGKILL/),
    });
    expect(await answerOf(pool, {})).toMatchObject({ served: 1 });
  });

  test("a module that cannot load fails each request once, and is not retried in a loop", async () => {
    const log: LogEvent[] = [];
    const pool = startFunction("broken", { log });
    expect(await errorOf(pool, {})).toMatchObject({
      errorType: "TypeError",
      errorMessage: "this module cannot load",
    });
    expect(await errorOf(pool, {})).toMatchObject({ errorType: "TypeError" });
    await until(() => pool.pids().length === 0);
    expect(log.filter((event) => event.kind === "invocation")).toHaveLength(2);
  });

  test("an event of more than 6 MB is refused", async () => {
    const pool = startFunction("faults");
    await expect(invoke(pool, { text: "x".repeat(6 * 1024 * 1024) })).rejects.toMatchObject({ status: 413 });
  });
});

describe("streams", () => {
  const streamOf = async (pool: FunctionPool, body: object) => {
    const result = await invoke(pool, { body: JSON.stringify({ id: "x", count: 3, ...body }) });
    if (result.kind !== "stream") throw new Error(`expected a stream: ${JSON.stringify(result)}`);
    return result;
  };
  const prelude = `${JSON.stringify({ statusCode: 200, headers: { "content-type": "text/plain" } })}${"\0".repeat(8)}`;

  test("bytes arrive as they are written, behind the prelude", async () => {
    const stream = await streamOf(startFunction("stream"), { count: 1000, everyMs: 20 });
    expect(stream.contentType).toBe("application/vnd.awslambda.http-integration-response");
    let received = "";
    for await (const chunk of stream.body) {
      received += String(chunk);
      if (received.includes("part 1;")) break;
    }
    // A busy machine may bring several parts at once, but never all of them: the function still writes.
    expect(received.startsWith(`${prelude}part 0;part 1;`)).toBe(true);
    expect(received).not.toContain("part 999;");
  });

  test("an error midway is told by the trailer", async () => {
    const stream = await streamOf(startFunction("stream"), { fail: "throw" });
    expect((await readBody(stream.body)).toString()).toBe(`${prelude}part 0;part 1;`);
    expect(stream.trailingError()).toEqual({ errorType: "Error", errorMessage: "failed midway" });
  });

  test("the death of the process breaks the stream, and the next request works", async () => {
    const pool = startFunction("stream");
    const broken = await streamOf(pool, { fail: "exit" });
    await expect(readBody(broken.body)).rejects.toThrow(/aborted|Runtime exited/);
    const next = await streamOf(pool, { fail: "throw" });
    expect((await readBody(next.body)).toString()).toContain("part 1;");
  });

  const readers = {
    "destroys the body": async (body: Readable) => {
      await once(body, "data");
      body.destroy();
    },
    "stops iterating": async (body: Readable) => {
      for await (const chunk of body) if (String(chunk) !== "") break;
    },
    "breaks a pipeline": async (body: Readable) => {
      const sink = new Writable({
        write: (_chunk, _encoding, callback) => callback(new Error("the client is gone")),
      });
      await pipeline(body, sink).catch(() => undefined);
    },
  } as const;

  test.each(Object.entries(readers))(
    "a reader that %s is noticed by the function, whose process lives on",
    async (_how, leave) => {
      const log: LogEvent[] = [];
      const pool = startFunction("hangup", { log });
      const stream = await streamOf(pool, {});
      await leave(stream.body);
      await until(() =>
        log.some((event) => event.kind === "function-line" && event.line.includes("reader is gone")),
      );
      const [pid = 0] = pool.pids();
      await until(() => stateOf(pid) === "T");
      await streamOf(pool, {});
      expect(pool.pids()).toEqual([pid]);
    },
  );
});

test("log lines carry the name of their function", async () => {
  const log: LogEvent[] = [];
  const pool = startFunction("faults", { log });
  await answerOf(pool, { op: "say" });
  await until(() => log.some((event) => event.kind === "function-line"));
  expect(log).toContainEqual({
    kind: "function-line",
    functionName: "fn",
    region: "us-east-1",
    line: "said on request",
  });
});
