import { request, type IncomingMessage } from "node:http";
import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { expect, test } from "vitest";
import { until } from "../../support/until.ts";
import { lambda, method, restApi, serve, streamingLambda } from "./fake-api.ts";
import { failure, fakeFunction, payload, prelude, streamed } from "./fake-function.ts";

const buffered = (changes: Parameters<typeof restApi>[0] = {}): ReturnType<typeof restApi> => ({
  ...restApi(changes),
  ...method("ANY", "/{proxy+}", lambda("backend")),
});
const streaming = (changes: Record<string, unknown> = {}): ReturnType<typeof restApi> => ({
  ...restApi(),
  ...method("POST", "/chat", streamingLambda("backend", changes)),
});

test("the function gets the event that AWS writes", async () => {
  const backend = fakeFunction("backend", () => payload({ statusCode: 200 }));
  const api = await serve(buffered(), [backend]);
  await fetch(`${api.url}/v1/models/a%20b?x=1&x=2`, {
    method: "POST",
    body: "né",
    headers: { "content-type": "text/plain", "user-agent": "test", "x-forwarded-for": "9.9.9.9" },
  });
  expect(backend.events[0]).toMatchObject({
    resource: "/{proxy+}",
    path: "/v1/models/a%20b",
    httpMethod: "POST",
    headers: {
      "content-type": "text/plain",
      "X-Forwarded-For": "9.9.9.9, 127.0.0.1",
      "X-Forwarded-Proto": "https",
    },
    multiValueHeaders: { "content-type": ["text/plain"] },
    queryStringParameters: { x: "2" },
    multiValueQueryStringParameters: { x: ["1", "2"] },
    pathParameters: { proxy: "v1/models/a b" },
    stageVariables: null,
    body: "né",
    isBase64Encoded: false,
    requestContext: {
      accountId: "111111111111",
      apiId: "Api",
      stage: "prod",
      path: "/prod/v1/models/a%20b",
      resourcePath: "/{proxy+}",
      identity: { sourceIp: "127.0.0.1", userAgent: "test" },
      requestTime: "23/Nov/2026:12:00:00 +0000",
      requestTimeEpoch: Date.UTC(2026, 10, 23, 12),
    },
  });
  expect(backend.events[0]).not.toHaveProperty(["headers", "connection"]);
});

test("a binary media type arrives as base64 whatever its parameters, and text does not", async () => {
  const backend = fakeFunction("backend", () => payload({ statusCode: 200 }));
  const api = await serve(buffered({ api: { BinaryMediaTypes: ["image/*"] } }), [backend]);
  const bytes = Buffer.from([0xff, 0x00]);
  await fetch(`${api.url}/x`, { method: "POST", body: bytes, headers: { "content-type": "image/png; q=1" } });
  await fetch(`${api.url}/x`, { method: "POST", body: bytes, headers: { "content-type": "text/plain" } });
  expect(backend.events.map(({ body, isBase64Encoded }) => [body, isBase64Encoded])).toEqual([
    ["/wA=", true],
    ["\u{fffd}\0", false],
  ]);
});

test("of two Authorization headers the first counts, for everyone", async () => {
  const backend = fakeFunction("backend", () => payload({ statusCode: 200 }));
  const api = await serve(buffered(), [backend]);
  await new Promise((resolve, reject) => {
    const call = request(`${api.url}/x`, {
      headers: ["host", "api", "authorization", "one", "authorization", "two"],
    });
    call.on("response", (response) => response.resume().on("end", resolve)).on("error", reject);
    call.end();
  });
  expect(backend.events[0]).toMatchObject({ multiValueHeaders: { authorization: ["one"] } });
});

test("headers that the gateway keeps to itself reach the client under another name", async () => {
  const headers = { date: "then", "WWW-Authenticate": "Bearer", connection: "close", "x-a": 1 };
  const multiValueHeaders = { "set-cookie": ["a=1", "b=2"] };
  const answer = payload({ statusCode: 201, headers, multiValueHeaders, body: "made" });
  const api = await serve(buffered(), [fakeFunction("backend", () => answer)]);
  const response = await fetch(`${api.url}/x`);
  expect(response.status).toBe(201);
  expect(await response.text()).toBe("made");
  expect(response.headers.get("x-amzn-remapped-date")).toBe("then");
  expect(response.headers.get("x-amzn-remapped-www-authenticate")).toBe("Bearer");
  expect(response.headers.get("www-authenticate")).toBeNull();
  expect(response.headers.get("x-a")).toBe("1");
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
});

test.each([
  ["throws", failure("secret prompt")],
  ["returns no status", payload({ body: "x" })],
  ["returns a body that is not text", payload({ statusCode: 200, body: { a: 1 } })],
  ["returns an unknown field", payload({ statusCode: 200, cookies: [] })],
  ["returns a header that HTTP cannot carry", payload({ statusCode: 200, headers: { a: "b\nc" } })],
])("a function that %s is a 502, and the log does not quote it", async (_, answer) => {
  const api = await serve(buffered(), [fakeFunction("backend", () => answer)]);
  const response = await fetch(`${api.url}/x`);
  expect(response.status).toBe(502);
  expect(await response.json()).toEqual({ message: "Internal server error" });
  expect(JSON.stringify(api.log)).not.toContain("secret prompt");
});

test("a function that is too slow is a 504", async () => {
  const slow = fakeFunction("backend", () => new Promise(() => undefined));
  const api = await serve(
    { ...restApi(), ...method("ANY", "/{proxy+}", lambda("backend", { TimeoutInMillis: 50 })) },
    [slow],
  );
  const response = await fetch(`${api.url}/x`);
  expect(response.status).toBe(504);
  expect(await response.json()).toEqual({ message: "Endpoint request timed out" });
});

test("a method that no Lambda permission names does not reach its function", async () => {
  const asked: string[] = [];
  const backend = fakeFunction(
    "backend",
    () => payload({ statusCode: 200 }),
    (service, source) => {
      asked.push(`${service} ${source}`);
      return false;
    },
  );
  const api = await serve(buffered(), [backend]);
  expect((await fetch(`${api.url}/x`)).status).toBe(500);
  expect(asked).toEqual([
    "apigateway.amazonaws.com arn:aws:execute-api:eu-west-1:111111111111:Api/prod/GET/{proxy+}",
  ]);
  expect(backend.events).toEqual([]);
});

test("an event that Lambda would not take is a 413", async () => {
  const backend = fakeFunction("backend", () => payload({ statusCode: 200 }));
  const api = await serve(buffered(), [backend], { eventBytesMax: 5000 });
  const response = await fetch(`${api.url}/x`, { method: "POST", body: "x".repeat(5000) });
  expect(response.status).toBe(413);
  expect(backend.events).toEqual([]);
});

test("each chunk of a stream reaches the client before the next is written", async () => {
  const body = new PassThrough();
  const api = await serve(streaming(), [fakeFunction("backend", () => streamed(body))]);
  body.write(prelude({ statusCode: 206, headers: { "content-type": "text/event-stream" } }));
  const response = await fetch(`${api.url}/chat`, { method: "POST" });
  expect(response.status).toBe(206);
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const reader = response.body?.getReader();
  for (const chunk of ["one", "two"]) {
    body.write(chunk);
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe(chunk);
  }
  body.end();
  expect((await reader?.read())?.done).toBe(true);
});

test("a stream of many megabytes arrives whole", async () => {
  const chunk = Buffer.alloc(256 * 1024, "x");
  const chunks = [prelude({ statusCode: 200 }), ...Array.from({ length: 32 }, () => chunk)];
  const api = await serve(streaming(), [fakeFunction("backend", () => streamed(chunks))]);
  const response = await fetch(`${api.url}/chat`, { method: "POST" });
  expect((await response.arrayBuffer()).byteLength).toBe(32 * chunk.length);
});

test("a slow client slows the function's stream down", async () => {
  const chunk = Buffer.alloc(64 * 1024, "x");
  const chunks = 500;
  let produced = 0;
  async function* produce(): AsyncGenerator<Buffer> {
    yield Buffer.from(prelude({ statusCode: 200 }));
    for (; produced < chunks; produced += 1) yield await Promise.resolve(chunk);
  }
  const api = await serve(streaming(), [fakeFunction("backend", () => streamed(Readable.from(produce())))]);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(`${api.url}/chat`, { method: "POST" }).on("response", resolve).on("error", reject).end();
  });
  let before = -1;
  while (before !== produced) {
    before = produced;
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(produced).toBeLessThan(chunks);
  expect((await buffer(response)).length).toBe(chunks * chunk.length);
});

test.each([
  ["no metadata", streamed(["data: hello"])],
  ["metadata that is not JSON", streamed([`{oops${"\0".repeat(8)}`])],
  ["a buffered answer", payload({ statusCode: 200 })],
  ["an error before the metadata", streamed([], { errorType: "E", errorMessage: "m" })],
])("a streaming method whose function gives %s is a 502", async (_, answer) => {
  const api = await serve(streaming(), [fakeFunction("backend", () => answer)]);
  expect((await fetch(`${api.url}/chat`, { method: "POST" })).status).toBe(502);
});

test.each([
  ["dies", () => streamed(Readable.from(failMidway()))],
  [
    "ends with an error",
    () => streamed([prelude({ statusCode: 200 }), "x"], { errorType: "E", errorMessage: "m" }),
  ],
])("the client's connection is cut when the function %s midway", async (_, answer) => {
  const api = await serve(streaming(), [fakeFunction("backend", answer)]);
  const response = await fetch(`${api.url}/chat`, { method: "POST" });
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow("terminated");
});

async function* failMidway(): AsyncGenerator<Buffer> {
  yield Buffer.from(`${prelude({ statusCode: 200 })}x`);
  await Promise.resolve();
  throw new Error("process died");
}

test("a stream that falls silent is cut", async () => {
  const body = new PassThrough();
  body.write(`${prelude({ statusCode: 200 })}x`);
  const api = await serve(streaming(), [fakeFunction("backend", () => streamed(body))], {
    streamIdleMs: { REGIONAL: 30, EDGE: 30 },
  });
  const response = await fetch(`${api.url}/chat`, { method: "POST" });
  await expect(response.text()).rejects.toThrow("terminated");
  expect(body.destroyed).toBe(true);
});

test("a stream that outlasts the integration's timeout is cut", async () => {
  const body = new PassThrough();
  body.write(`${prelude({ statusCode: 200 })}x`);
  const api = await serve(streaming({ TimeoutInMillis: 300 }), [
    fakeFunction("backend", () => streamed(body)),
  ]);
  const response = await fetch(`${api.url}/chat`, { method: "POST" });
  await expect(response.text()).rejects.toThrow("terminated");
});

test("when the client hangs up, the function's response is destroyed", async () => {
  const body = new PassThrough();
  body.write(`${prelude({ statusCode: 200 })}x`);
  const api = await serve(streaming(), [fakeFunction("backend", () => streamed(body))]);
  const hangUp = new AbortController();
  const response = await fetch(`${api.url}/chat`, { method: "POST", signal: hangUp.signal });
  expect(response.status).toBe(200);
  hangUp.abort();
  await until(() => body.destroyed);
});

test("a client that hangs up before the function answers stops what the function then streams", async () => {
  const body = new PassThrough();
  const answer = Promise.withResolvers<ReturnType<typeof streamed>>();
  const backend = fakeFunction("backend", () => answer.promise);
  const api = await serve(streaming(), [backend]);
  const hangUp = new AbortController();
  const pending = fetch(`${api.url}/chat`, { method: "POST", signal: hangUp.signal });
  await until(() => backend.events.length === 1);
  hangUp.abort();
  await expect(pending).rejects.toThrow("aborted");
  answer.resolve(streamed(body));
  await until(() => body.destroyed);
  await until(() => api.log.some((event) => event.kind === "api-request" && event.status === 499));
});

test("a base64 answer is decoded for a client that accepts the binary type first", async () => {
  const answer = payload({ statusCode: 200, body: "/wA=", isBase64Encoded: true });
  const api = await serve(buffered({ api: { BinaryMediaTypes: ["image/png"] } }), [
    fakeFunction("backend", () => answer),
  ]);
  const accepting = await fetch(`${api.url}/x`, { headers: { accept: "image/png, */*" } });
  expect(Buffer.from(await accepting.arrayBuffer())).toEqual(Buffer.from([0xff, 0x00]));
  const other = await fetch(`${api.url}/x`, { headers: { accept: "*/*" } });
  expect(await other.text()).toBe("/wA=");
});
