import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { epochMs } from "../../../core/time.ts";
import { openAiModelServer } from "../../../functions/adapters/openai-server/model-server.ts";
import { chatPayload } from "../../support/chat-payload.ts";
import { decode, done, event } from "../../support/sse.ts";

/** May be asynchronous; a test that waits for the answer waits for it as well. */
type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

const closings: (() => Promise<unknown>)[] = [];
afterEach(() => Promise.all(closings.splice(0).map((close) => close())));

const serve = async (listener: Listener) => {
  const server = createServer((request, response) => void listener(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  closings.push(() => {
    server.closeAllConnections();
    server.close();
    return once(server, "close");
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the server has no port");
  return {
    kind: "openai-server",
    url: `http://127.0.0.1:${address.port}/v1`,
    model: "m",
    usage: "final",
  } as const;
};

const server = openAiModelServer();
const soon = () => epochMs(Date.now() + 60_000);
const payload = chatPayload('{"content":"é😀"}');
const call = async (method: "invoke" | "invokeStreaming", listener: Listener, deadline = soon()) =>
  server[method](await serve(listener), payload, deadline);
const both = ["invoke", "invokeStreaming"] as const;

const readStream = async (listener: Listener, deadline = soon()) => {
  const reply = await server.invokeStreaming(await serve(listener), payload, deadline);
  if (!reply.ok) throw new Error(reply.failure.reason);
  const items = await Array.fromAsync(reply.stream.chunks);
  const text = items.map((item) => (item instanceof Uint8Array ? decode(item) : "")).join("");
  return { text, failures: items.filter((item) => !(item instanceof Uint8Array)) };
};

const say = (text: string) => (_request: IncomingMessage, response: ServerResponse) =>
  void response.end(text);

test("the request is posted as it is, without the customer's key", async () => {
  const seen: { url?: string | undefined; text?: string; headers?: IncomingMessage["headers"] } = {};
  await call("invoke", async (request, response) => {
    seen.url = request.url;
    seen.headers = request.headers;
    seen.text = Buffer.concat(await Array.fromAsync(request)).toString();
    response.end("{}");
  });
  expect(seen.url).toBe("/v1/chat/completions");
  expect(seen.text).toBe(decode(payload.body));
  expect(seen.headers).toMatchObject({ "content-type": "application/json" });
  expect(seen.headers).not.toHaveProperty("authorization");
});

test("each operation has a path of its own, and what has none is not asked for", async () => {
  const seen: (string | undefined)[] = [];
  const endpoint = await serve((request, response) => {
    seen.push(request.url);
    response.end("{}");
  });
  const { operation: _, ...raw } = payload;
  const unavailable = { ok: false, failure: { reason: "unavailable" } };
  expect(await server.invoke(endpoint, { ...payload, operation: "embeddings" }, soon())).toMatchObject({
    ok: true,
  });
  expect(await server.invoke(endpoint, raw, soon())).toEqual(unavailable);
  expect(await server.invokeStreaming(endpoint, raw, soon())).toEqual(unavailable);
  expect(seen).toEqual(["/v1/embeddings"]);
});

test("a whole answer is handed on", async () => {
  const reply = await call("invoke", say('{"a":1}'));
  expect(reply).toMatchObject({ ok: true });
  expect(await readStream(say(event({ a: 1 }) + done))).toEqual({
    text: event({ a: 1 }) + done,
    failures: [],
  });
});

describe.each(both)("%s", (method) => {
  test.each([
    [400, { reason: "rejected", message: "Too long." }],
    [401, { reason: "broken" }],
    [404, { reason: "broken" }],
    [429, { reason: "overloaded" }],
    [500, { reason: "broken" }],
    [503, { reason: "unavailable" }],
  ])("status %d fails before the first byte", async (status, failure) => {
    const reply = await call(method, (_request, response) => {
      response.writeHead(status).end(JSON.stringify({ error: { message: "Too long." } }));
    });
    expect(reply).toEqual({ ok: false, failure });
  });

  test("a redirect is not followed: the content stays here", async () => {
    let isFollowed = false;
    const elsewhere = await serve((_request, response) => {
      isFollowed = true;
      response.end("{}");
    });
    const reply = await call(method, (_request, response) => {
      response.writeHead(307, { location: `${elsewhere.url}/chat/completions` }).end();
    });
    expect(reply).toEqual({ ok: false, failure: { reason: "broken" } });
    expect(isFollowed).toBe(false);
  });

  test("a server that is not there is unavailable", async () => {
    const endpoint = await serve(say(""));
    await Promise.all(closings.splice(0).map((close) => close()));
    expect(await server[method](endpoint, payload, soon())).toEqual({
      ok: false,
      failure: { reason: "unavailable" },
    });
  });

  test("a connection that is closed without an answer is broken", async () =>
    expect(await call(method, (request) => void request.socket.destroy())).toEqual({
      ok: false,
      failure: { reason: "broken" },
    }));

  test("a server that says nothing times out at the deadline, and is let go", async () => {
    const gone: Promise<unknown>[] = [];
    const reply = await call(
      method,
      (request) => void gone.push(once(request.socket, "close")),
      epochMs(Date.now() + 200),
    );
    expect(reply).toEqual({ ok: false, failure: { reason: "timeout" } });
    expect(gone).toHaveLength(1);
    await Promise.all(gone);
  });
});

describe("a stream", () => {
  const first = event({ a: "é" });

  test("that is cut midway ends with a failure, after what was said", async () => {
    const { text, failures } = await readStream((_request, response) => {
      response.write(first, () => void setImmediate(() => response.destroy()));
    });
    expect(text).toBe(first);
    expect(failures).toEqual([{ reason: "broken" }]);
  });

  test("that falls silent midway times out at the deadline", async () => {
    const { failures } = await readStream(
      (_request, response) => void response.write(first),
      epochMs(Date.now() + 300),
    );
    expect(failures).toEqual([{ reason: "timeout" }]);
  });

  test("that is cancelled stops the server, and ends without a word more", async () => {
    let stopped: Promise<unknown> = Promise.reject(new Error("the server was never called"));
    stopped.catch(() => undefined);
    const endpoint = await serve((_request, response) => {
      stopped = once(response, "close");
      response.write(first);
    });
    const reply = await server.invokeStreaming(endpoint, payload, soon());
    if (!reply.ok) throw new Error(reply.failure.reason);
    const iterator = reply.stream.chunks[Symbol.asyncIterator]();
    await iterator.next();
    const rest = iterator.next();
    reply.stream.cancel();
    reply.stream.cancel();
    await stopped;
    expect((await rest).value).not.toBeInstanceOf(Uint8Array);
    expect((await iterator.next()).done).toBe(true);
  });
});
