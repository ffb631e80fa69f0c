import { describe, expect, test } from "vitest";
import { parseIdempotencyKey } from "../../../core/admission/idempotency.ts";
import { serveOnce } from "../../../core/inference/serve-once.ts";
import { serveRequest } from "../../../core/inference/serve-request.ts";
import { prediction } from "../../../core/inference/tasks/prediction.ts";
import { zero } from "../../../core/money.ts";
import { memoryIdempotencyClaims } from "../../support/memory-idempotency-claims.ts";
import { memoryInference, scriptedStream } from "../../support/memory-inference.ts";
import { present } from "../../support/present.ts";
import { sampleChat, sampleModel, samplePrincipal } from "../../support/samples.ts";
import { done, encode, tokens } from "../../support/sse.ts";

const completion = { choices: [{ index: 0, message: { content: "hi" } }], usage: tokens(12, 3) };
const once = { key: present(parseIdempotencyKey("order-1")), bodyHash: "a".repeat(64) };

const start = (script: Parameters<typeof memoryInference>[0]) => {
  const { ports, events } = memoryInference(script);
  const claims = memoryIdempotencyClaims();
  const serve = serveOnce(
    { claims, clock: ports.clock, randomBytes: ports.randomBytes },
    serveRequest(ports),
  );
  return {
    events,
    ask: (idempotency: typeof once | undefined, stream = false) =>
      serve(samplePrincipal, sampleChat({ stream }), idempotency),
  };
};

const answering = () =>
  start({ invoke: async () => ({ ok: true, body: encode(JSON.stringify(completion)) }) });

test("without a key a request runs as often as it is sent", async () => {
  const { ask, events } = answering();
  await ask(undefined);
  await ask(undefined);
  expect(events).toHaveLength(2);
});

test("with a key it runs once, and its answer is the same the second time", async () => {
  const { ask, events } = answering();
  const first = await ask(once);
  const second = await ask(once);
  if (first.kind !== "whole" || second.kind !== "replayed") throw new Error(`${first.kind}, ${second.kind}`);
  expect(second.answer).toEqual({ request: first.admitted.request, status: 200, body: first.body });
  expect(events).toHaveLength(1);
});

test("an answer of bytes is kept with its type", async () => {
  const claims = memoryIdempotencyClaims();
  const model = {
    ...sampleModel,
    task: "prediction",
    price: { ...present(sampleModel.price), rates: { requests: zero } },
  } as const;
  const { ports, events } = memoryInference({
    model,
    invoke: async () => ({ ok: true, body: Uint8Array.of(0xff), contentType: "image/png" }),
  });
  const serve = serveOnce({ ...ports, claims }, serveRequest(ports));
  const request = prediction({
    model: model.name,
    contentType: "text/csv",
    accept: "*/*",
    body: encode("1"),
  });
  expect(await serve(samplePrincipal, request, once)).toMatchObject({ kind: "raw" });
  expect(await serve(samplePrincipal, request, once)).toMatchObject({
    kind: "replayed",
    answer: { contentType: "image/png", bytes: Uint8Array.of(0xff) },
  });
  expect(events).toHaveLength(1);
});

test("another body under the same key is refused", async () => {
  const { ask, events } = answering();
  await ask(once);
  expect(await ask({ ...once, bodyHash: "b".repeat(64) })).toMatchObject({
    kind: "refused",
    refusal: { code: "idempotency_mismatch" },
  });
  expect(events).toHaveLength(1);
});

describe("a key is free again", () => {
  test("after a failure that cost nothing", async () => {
    const { ask, events } = start({ invoke: async () => ({ ok: false, failure: { reason: "broken" } }) });
    expect(await ask(once)).toMatchObject({ refusal: { code: "model_error" } });
    expect(await ask(once)).toMatchObject({ refusal: { code: "model_error" } });
    expect(events).toHaveLength(2);
  });

  test("after a bug", async () => {
    const { ask } = start({});
    await expect(ask(once)).rejects.toThrow(/not to be called/);
    await expect(ask(once)).rejects.toThrow(/not to be called/);
  });
});

test("a stream is in progress until it is closed, and cannot be replayed afterwards", async () => {
  const { ask, events } = start({
    invokeStreaming: async () => ({ ok: true, stream: scriptedStream([encode(done)]).stream }),
  });
  const first = await ask(once, true);
  if (first.kind !== "streamed") throw new Error(`the answer was ${first.kind}`);
  expect(await ask(once, true)).toMatchObject({ refusal: { code: "idempotency_in_progress" } });
  for await (const _ of first.stream.body);
  await first.stream.close();
  await first.stream.close();
  expect(await ask(once, true)).toMatchObject({ refusal: { code: "idempotency_not_replayable" } });
  expect(events).toHaveLength(1);
});
