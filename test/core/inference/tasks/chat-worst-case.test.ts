import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chatWorstCase } from "../../../../core/inference/tasks/chat-worst-case.ts";
import { rate } from "../../../../core/billing/rate.ts";
import { costOf } from "../../../../core/inference/ending.ts";
import { readUsage } from "../../../../core/inference/model-usage.ts";
import { admit } from "../../../../core/admission/admit.ts";
import { picodollars } from "../../../../core/money.ts";
import { memoryInference } from "../../../support/memory-inference.ts";
import { present } from "../../../support/present.ts";
import {
  findingOf,
  sampleChat,
  sampleModel,
  sampleNow,
  samplePrincipal,
  sampleRequest,
} from "../../../support/samples.ts";
import { anyText } from "../../../support/any-text.ts";

const limits = { ...sampleModel.limits, contextTokensMax: Number.MAX_SAFE_INTEGER };

/** A tokenizer cannot do worse than one token per byte of what the template prints. */
const byteTokens = (text: string): number => new TextEncoder().encode(text).length;

const someText = anyText({ maxLength: 40 });
const messages = fc.array(
  fc.record({ role: fc.constantFrom("system", "user", "assistant"), content: someText }),
  { minLength: 1, maxLength: 8 },
);

test("no tokenizer finds more tokens than the bound, whatever the messages say", () =>
  fc.assert(
    fc.property(messages, (said) => {
      // ChatML, one of the wordiest templates: its markers are single tokens, here counted as bytes nearly all the same.
      const prompt = said.map(({ role, content }) => `<|im_start|>${role}\n${content}`).join("");
      const request = sampleRequest({ messageCount: said.length, fields: { messages: said } });
      expect(chatWorstCase(request, limits).inputTokens).toBeGreaterThanOrEqual(byteTokens(prompt));
    }),
  ));

test("tools that a template prints with indentation stay within the bound", () => {
  const parameters = {
    type: "object",
    properties: { city: { type: "string" }, days: { type: "array", items: { type: "integer" } } },
    required: ["city"],
  };
  const tools = Array.from({ length: 5 }, (_, index) => ({
    type: "function",
    function: { name: `tool${index}`, description: "Says the weather.", parameters },
  }));
  const request = sampleRequest({ fields: { messages: [], tools } });
  expect(chatWorstCase(request, limits).inputTokens).toBeGreaterThanOrEqual(
    byteTokens(JSON.stringify(tools, null, 4)),
  );
});

describe("the bound stays tight", () => {
  test("a short message holds hundreds of input tokens, not the whole context", () =>
    expect(chatWorstCase(sampleRequest(), sampleModel.limits).inputTokens).toBeLessThan(400));

  test("a message larger than the context holds no more than the context", () => {
    const long = sampleRequest({ fields: { messages: [{ role: "user", content: "x".repeat(100_000) }] } });
    expect(chatWorstCase(long, sampleModel.limits).inputTokens).toBe(sampleModel.limits.contextTokensMax);
  });
});

test("images have no bound but the context", () =>
  expect(chatWorstCase(sampleRequest({ isTextOnly: false }), sampleModel.limits).inputTokens).toBe(
    sampleModel.limits.contextTokensMax,
  ));

test.each([
  ["what the client asked for", { outputTokens: 10 }, 10],
  ["the default when it asked for nothing", {}, 256],
  ["every choice", { outputTokens: 10, choices: 4 }, 40],
])("output is bounded by %s", (_, said, expected) =>
  expect(chatWorstCase(sampleRequest(said), sampleModel.limits).outputTokens).toBe(expected),
);

test("a default above the model's ceiling is lowered to it", () =>
  expect(chatWorstCase(sampleRequest(), { ...sampleModel.limits, outputTokensMax: 100 }).outputTokens).toBe(
    100,
  ));

const admittedAt = async (rates: { input: bigint; output: bigint; request: bigint }) => {
  const price = {
    ...present(sampleModel.price),
    rates: {
      inputTokens: picodollars(rates.input),
      outputTokens: picodollars(rates.output),
      requests: picodollars(rates.request),
    },
  };
  const { ports } = memoryInference({ wallet: picodollars(10n ** 24n) });
  const admission = await admit(
    ports,
    samplePrincipal,
    findingOf({ ...sampleModel, price }),
    sampleChat(),
    sampleNow,
  );
  if (!admission.ok) throw new Error(admission.refusal.message);
  return admission.admitted;
};
const unitPrice = fc.bigInt({ min: 0n, max: 10n ** 12n });

test("whatever usage a model reports, the cost never passes the hold", () =>
  fc.assert(
    fc.asyncProperty(
      fc.record({ input: unitPrice, output: unitPrice, request: unitPrice }),
      fc.record({ prompt_tokens: fc.maxSafeNat(), completion_tokens: fc.maxSafeNat() }),
      async (rates, usage) => {
        const admitted = await admittedAt(rates);
        const quantities = present(readUsage(usage));
        const { cost } = costOf(admitted, {
          outcome: "completed",
          quantities,
          source: "reported",
          streamed: false,
        });
        expect(cost <= admitted.hold).toBe(true);
        expect(cost === admitted.hold || cost === rate(quantities, admitted.price)).toBe(true);
      },
    ),
  ));

test("usage within the bound is billed in full: the cap never cuts an honest answer", () =>
  fc.assert(
    fc.asyncProperty(fc.nat(300), fc.nat(256), async (input, output) => {
      const admitted = await admittedAt({ input: 7n, output: 11n, request: 13n });
      const quantities = present(readUsage({ prompt_tokens: input, completion_tokens: output }));
      const ending = { outcome: "completed", quantities, source: "reported", streamed: false } as const;
      expect(costOf(admitted, ending).cost).toBe(BigInt(input) * 7n + BigInt(output) * 11n + 13n);
    }),
  ));
