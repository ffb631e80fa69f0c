import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { admit } from "../../../../core/admission/admit.ts";
import type { Model } from "../../../../core/catalogue/model.ts";
import { costOf } from "../../../../core/inference/ending.ts";
import type { ModelPayload } from "../../../../core/inference/ports.ts";
import { serveRequest } from "../../../../core/inference/serve-request.ts";
import { embeddings } from "../../../../core/inference/tasks/embeddings.ts";
import type { EmbeddingsRequest } from "../../../../core/inference/tasks/embeddings-request.ts";
import { picodollars } from "../../../../core/money.ts";
import { memoryInference } from "../../../support/memory-inference.ts";
import { present } from "../../../support/present.ts";
import { findingOf, sampleModel, sampleNow, samplePrincipal } from "../../../support/samples.ts";
import { decode, encode } from "../../../support/sse.ts";
import { anyText } from "../../../support/any-text.ts";

const model: Model = {
  ...sampleModel,
  task: "embeddings",
  limits: { contextTokensMax: 512, outputTokensMax: 0, outputTokensDefault: 0, requestMsMax: 30_000 },
  price: { ...present(sampleModel.price), rates: { inputTokens: picodollars(1_000_000n) } },
};

const requestOf = (said: Partial<EmbeddingsRequest> = {}): EmbeddingsRequest => {
  const inputs = said.inputs ?? ["a fantasy movie"];
  return {
    model: model.name,
    inputs,
    encoding: "float",
    fields: { model: model.name, input: inputs },
    ...said,
  };
};

const vector = [0.6, -0.8, 0];
/** As Node writes it. */
const base64Of = (numbers: readonly number[]): string =>
  Buffer.from(Float32Array.from(numbers).buffer).toString("base64");
const answerWith = (...vectors: readonly unknown[]) => ({
  object: "list",
  data: vectors.map((embedding, index) => ({ object: "embedding", index, embedding })),
  model: "there",
  usage: { prompt_tokens: 5, total_tokens: 5 },
});

const ask = async (answer: unknown, said: Partial<EmbeddingsRequest> = {}) => {
  const sent: ModelPayload[] = [];
  const { ports, events } = memoryInference({
    model,
    invoke: async (_endpoint, payload) => {
      sent.push(payload);
      return { ok: true, body: encode(typeof answer === "string" ? answer : JSON.stringify(answer)) };
    },
  });
  const served = await serveRequest(ports)(samplePrincipal, embeddings(requestOf(said)));
  return { served, events, sent };
};

const bodyOf = async (...asked: Parameters<typeof ask>) => {
  const { served } = await ask(...asked);
  if (served.kind !== "whole") throw new Error(`the answer was ${served.kind}`);
  return JSON.parse(served.body);
};

describe("the worst case", () => {
  const anyInput = fc.oneof(
    anyText({ minLength: 1, maxLength: 800 }),
    fc.array(fc.nat(30_000), { minLength: 1, maxLength: 800 }),
  );

  test("is no less than what a byte-level tokenizer counts, with two special tokens per input", () =>
    fc.assert(
      fc.property(fc.array(anyInput, { minLength: 1, maxLength: 20 }), (inputs) => {
        const tokens = inputs
          .map((input) => (typeof input === "string" ? encode(input).length : input.length))
          .map((count) => Math.min(count + 2, model.limits.contextTokensMax))
          .reduce((sum, count) => sum + count, 0);
        const most = embeddings(requestOf({ inputs })).worstCase(model);
        expect(most.inputTokens).toBeGreaterThanOrEqual(tokens);
        expect(most.inputTokens).toBeLessThanOrEqual(inputs.length * model.limits.contextTokensMax);
      }),
    ));

  test.each<[string, EmbeddingsRequest["inputs"], number]>([
    ["a text counts its bytes", ["é"], 2 + 8],
    ["tokens count as they are", [[1, 2, 3]], 3 + 8],
    ["every input counts", ["a", "b"], 2 * 9],
    ["no input is larger than the context", ["x".repeat(10_000), "a"], 512 + 9],
  ])("%s", (_, inputs, inputTokens) =>
    expect(embeddings(requestOf({ inputs })).worstCase(model)).toEqual({ inputTokens, requests: 1 }),
  );
});

test("whatever usage the model reports, the cost never passes the hold, and an honest count is billed in full", () =>
  fc.assert(
    fc.asyncProperty(fc.maxSafeNat(), fc.bigInt({ min: 0n, max: 10n ** 12n }), async (tokens, rate) => {
      const priced = {
        ...model,
        price: { ...present(model.price), rates: { inputTokens: picodollars(rate) } },
      };
      const { ports } = memoryInference({ wallet: picodollars(10n ** 24n) });
      const admission = await admit(
        ports,
        samplePrincipal,
        findingOf(priced),
        embeddings(requestOf()),
        sampleNow,
      );
      if (!admission.ok) throw new Error(admission.refusal.message);
      const { admitted } = admission;
      const reading = embeddings(requestOf()).read(
        {
          ok: true,
          body: encode(JSON.stringify({ ...answerWith(vector), usage: { prompt_tokens: tokens } })),
        },
        priced,
      );
      if (!reading.ok) throw new Error("unreadable");
      const { cost } = costOf(admitted, { outcome: "completed", streamed: false, ...reading });
      expect(cost).toBe(BigInt(tokens) * rate < admitted.hold ? BigInt(tokens) * rate : admitted.hold);
    }),
  ));

describe("an answer", () => {
  test("has the exact cost in its usage, and one event with the same numbers", async () => {
    const { served, events } = await ask(answerWith(vector));
    if (served.kind !== "whole") throw new Error(`the answer was ${served.kind}`);
    expect(served.body).toContain('"usage":{"prompt_tokens":5,"total_tokens":5,"cost":0.000005}');
    expect(JSON.parse(served.body)).toMatchObject({ data: [{ index: 0, embedding: vector }] });
    expect(events).toMatchObject([
      {
        task: "embeddings",
        outcome: "completed",
        source: "reported",
        streamed: false,
        quantities: { inputTokens: 5, requests: 1 },
        cost: 5_000_000n,
      },
    ]);
    expect(events).toHaveLength(1);
  });

  test("without usage is estimated, labelled, and not free", async () => {
    const { usage: _, ...silent } = answerWith(vector, vector);
    const { events } = await ask(silent, { inputs: ["a fantasy movie", [1, 2, 3]] });
    expect(events).toMatchObject([{ source: "estimated", quantities: { inputTokens: 4 + 3 } }]);
    expect(await bodyOf(silent, { inputs: ["a", "b"] })).toMatchObject({
      usage: { prompt_tokens: 2, estimated: true },
    });
  });

  test.each([
    ["no JSON", "<html>CANARY</html>"],
    ["no data", { object: "list" }],
    ["a vector too few", answerWith()],
    ["a vector too many", answerWith(vector, vector)],
    ["a vector with a hole, as NaN is written", answerWith([0.5, null])],
    ["a vector of text", answerWith(["0.5"])],
    ["base64 that nobody asked for", answerWith(base64Of(vector))],
    ["a vector that is no item", { data: [vector] }],
  ])("that is %s is a failure, and free", async (_, answer) => {
    const { served, events } = await ask(answer);
    expect(served).toMatchObject({ kind: "refused", refusal: { code: "model_error" } });
    expect(events).toMatchObject([{ outcome: "failed", cost: 0n, waived: true, quantities: {} }]);
  });
});

/** JSON has no negative zero. */
const jsonFloat = fc.float({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0);

describe("base64", () => {
  test("of a model that knows it is passed on as it is", async () =>
    expect(await bodyOf(answerWith(base64Of(vector)), { encoding: "base64" })).toMatchObject({
      data: [{ embedding: base64Of(vector) }],
    }));

  test("is written for a model that answers with numbers all the same", () =>
    fc.assert(
      fc.asyncProperty(fc.array(jsonFloat), async (numbers) => {
        const body = await bodyOf(answerWith(numbers), { encoding: "base64" });
        expect(body.data[0].embedding).toBe(base64Of(numbers));
      }),
      { numRuns: 30 },
    ));
});

describe("dimensions", () => {
  test.each(["float", "base64"] as const)(
    "a model that makes vectors of another length is told from one that shortens them (%s)",
    async (encoding) => {
      const embedding = encoding === "float" ? vector : base64Of(vector);
      expect(await bodyOf(answerWith(embedding), { encoding, dimensions: 3 })).toMatchObject({
        data: [{ embedding }],
      });
      const { served, events } = await ask(answerWith(embedding), { encoding, dimensions: 2 });
      expect(served).toMatchObject({
        kind: "refused",
        refusal: { code: "rejected_by_model", param: "dimensions" },
      });
      expect(events).toMatchObject([{ outcome: "failed", cost: 0n }]);
    },
  );
});

describe("what the model is sent", () => {
  test("is what the client sent, unknown fields too", async () => {
    const fields = { model: model.name, input: "a", dimensions: 3, input_type: "query" };
    const { sent } = await ask(answerWith(vector), { inputs: ["a"], fields });
    expect(sent).toMatchObject([{ operation: "embeddings", contentType: "application/json" }]);
    expect(JSON.parse(decode(present(sent[0]).body))).toEqual(fields);
  });

  test("names the model as its own server does", () => {
    const endpoint = { kind: "openai-server", url: "http://x/v1", model: "nomic", usage: "final" } as const;
    const { body } = embeddings(requestOf()).payload(model, endpoint);
    expect(JSON.parse(decode(body))).toMatchObject({ model: "nomic" });
  });
});
