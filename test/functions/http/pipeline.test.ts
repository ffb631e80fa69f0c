import { Readable } from "node:stream";
import type { Context } from "aws-lambda";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { buffered, streaming } from "../../../functions/http/pipeline.ts";
import { json, refused } from "../../../functions/http/response.ts";
import { httpEvent } from "../../support/http-event.ts";
import { installStreamingRuntime, responseStream } from "../../support/streaming-runtime.ts";

const logged: string[] = [];
const logLines = (): Record<string, unknown>[] => logged.map((line) => JSON.parse(line));

beforeAll(installStreamingRuntime);
beforeEach(() => {
  logged.length = 0;
  vi.spyOn(process.stdout, "write").mockImplementation((line) => {
    logged.push(String(line));
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

// The pipeline reads nothing of Lambda's context.
const context = {} as Context;
const call = (handler: ReturnType<typeof buffered>, event = httpEvent()): Promise<unknown> =>
  Promise.resolve(handler(event, context));

describe("every answer", () => {
  const commonHeaders = {
    "x-request-id": "gateway-request-1",
    "access-control-allow-origin": "*",
    "access-control-expose-headers":
      "x-request-id, retry-after, x-farebox-cost, x-farebox-model, x-farebox-artifact, deprecation, sunset, link",
  };

  test.each([
    ["success", async () => json(200, { a: 1 })],
    ["a refusal", async () => refused({ code: "model_overloaded", message: "m", retryAfterSeconds: 2 })],
    ["a failure", async () => Promise.reject(new Error("CANARY"))],
  ])("of %s names the request and may be read by browsers", async (_, answer) =>
    expect(await call(buffered(answer))).toMatchObject({
      headers: { ...commonHeaders, "content-type": "application/json" },
    }),
  );

  test("keeps its own headers beside the common ones", async () => {
    const answer = async () => refused({ code: "model_overloaded", message: "m", retryAfterSeconds: 2 });
    expect(await call(buffered(answer))).toMatchObject({ statusCode: 503, headers: { "retry-after": "2" } });
  });

  test("names the id that the request can be looked up by, once it has one", async () => {
    const handler = buffered(async (_event, scope) => {
      scope.requestId = "req_1";
      return json(200, {});
    });
    expect(await call(handler)).toMatchObject({ headers: { "x-request-id": "req_1" } });
    expect(logLines()).toMatchObject([{ requestId: "req_1", gatewayRequestId: "gateway-request-1" }]);
  });
});

describe("a thrown error", () => {
  const failing = buffered(async () => {
    throw new TypeError('CANARY in "the body"', { cause: new Error("CANARY") });
  });

  test("becomes an OpenAI-shaped 500 that tells nothing of it but our id for it", async () => {
    const answer = await call(failing);
    expect(answer).toMatchObject({ statusCode: 500, headers: { "retry-after": "1" } });
    const { body } = answer as { body: string };
    expect(JSON.parse(body)).toEqual({
      error: {
        type: "api_error",
        code: "internal_error",
        param: null,
        message: expect.stringContaining("gateway-request-1"),
      },
    });
    expect(body).not.toMatch(/CANARY|TypeError|\.ts/);
  });

  test("is logged by class and place, without its message, beside the request's own line", async () => {
    await call(failing);
    expect(logged.join("")).not.toContain("CANARY");
    expect(logLines()).toMatchObject([
      {
        level: "ERROR",
        event: "request_failed",
        error: "TypeError",
        at: expect.stringContaining("pipeline.test.ts"),
      },
      { level: "INFO", event: "request", status: 500 },
    ]);
  });
});

describe("the log line of a request", () => {
  test("is one line with names, ids and counts", async () => {
    await call(
      buffered(async (_event, scope) => {
        scope.notes = { model: "sample-chat" };
        return json(200, {});
      }),
    );
    expect(logged).toHaveLength(1);
    expect(logLines()[0]).toMatchObject({
      event: "request",
      route: "/v1/chat/completions",
      method: "POST",
      status: 200,
      model: "sample-chat",
    });
    expect(logLines()[0]?.["durationMs"]).toBeGreaterThanOrEqual(0);
  });

  test("has nothing of body, headers, path or answer", async () => {
    const event = httpEvent({
      body: '{"CANARY":"CANARY"}',
      headers: { authorization: "Bearer CANARY", "user-agent": "CANARY" },
      pathParameters: { model: "CANARY" },
    });
    await call(
      buffered(async () => json(200, { text: "CANARY" })),
      event,
    );
    expect(logged).toHaveLength(1);
    expect(logged.join("")).not.toContain("CANARY");
  });
});

describe("a streamed answer", () => {
  const stream = async (handler: ReturnType<typeof streaming>, response = responseStream()) => {
    // Under the streaming runtime the second argument is the response stream.
    const invoke = handler as unknown as (event: object, stream: unknown, context: Context) => Promise<void>;
    const ended = await invoke(httpEvent(), response.stream, context).then(
      () => "well",
      () => "badly",
    );
    return { ended, ...response };
  };
  const answer = (body: Readable | string) => ({
    statusCode: 200,
    headers: { "content-type": "text/event-stream" },
    body,
  });

  test("sends status and headers first, then the body as it comes", async () => {
    const { ended, text, metadata } = await stream(streaming(async () => answer(Readable.from(["a", "b"]))));
    expect({ ended, text: text() }).toEqual({ ended: "well", text: "ab" });
    expect(metadata()).toMatchObject({ statusCode: 200, headers: { "x-request-id": "gateway-request-1" } });
  });

  test("ends only when what belongs to its end is done, and is logged after that", async () => {
    const steps: string[] = [];
    const { text } = await stream(
      streaming(async (_event, scope) => {
        scope.atEnd = async () => {
          await new Promise(setImmediate);
          steps.push(`stored after ${logged.length} lines`);
        };
        return answer(Readable.from(["a"]));
      }),
    );
    expect(text()).toBe("a");
    expect(steps).toEqual(["stored after 0 lines"]);
    expect(logLines()).toMatchObject([{ event: "request", status: 200 }]);
  });

  test("that its client left is stopped, and its end is still awaited", async () => {
    let stored = 0;
    let isClosed = false;
    const body = new Readable({
      read() {
        this.push("a");
      },
    }).once("close", () => (isClosed = true));
    const { ended } = await stream(
      streaming(async (_event, scope) => {
        scope.atEnd = async () => {
          await new Promise(setImmediate);
          stored += 1;
        };
        return answer(body);
      }),
      responseStream(2),
    );
    expect({ ended, stored, isClosed }).toEqual({ ended: "badly", stored: 1, isClosed: true });
  });

  test("that fails before it begins is an error with a status, not a broken stream", async () => {
    const { text, metadata } = await stream(streaming(async () => Promise.reject(new Error("CANARY"))));
    expect(metadata()).toMatchObject({ statusCode: 500, headers: { "content-type": "application/json" } });
    expect(JSON.parse(text()).error.code).toBe("internal_error");
    expect(text()).not.toContain("CANARY");
  });
});
