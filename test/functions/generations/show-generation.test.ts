import { expect, test } from "vitest";
import { picodollars } from "../../../core/money.ts";
import { showGeneration } from "../../../functions/generations/show-generation.ts";
import { sampleUsageEvent } from "../../support/samples.ts";

test("a generation shows usage, cost and how it ended", () =>
  expect(
    JSON.parse(
      showGeneration({
        ...sampleUsageEvent,
        quantities: { inputTokens: 90, cachedInputTokens: 10, outputTokens: 20 },
      }),
    ),
  ).toMatchObject({
    id: sampleUsageEvent.request,
    object: "generation",
    outcome: "completed",
    failure: null,
    usage_source: "reported",
    usage: {
      prompt_tokens: 100,
      completion_tokens: 20,
      total_tokens: 120,
      prompt_tokens_details: { cached_tokens: 10 },
      cost: 0.00016,
    },
  }));

test("what is not counted in tokens is shown in its own units", () =>
  expect(
    JSON.parse(
      showGeneration({ ...sampleUsageEvent, quantities: { images: 2, audioSeconds: 3, requests: 1 } }),
    ),
  ).toMatchObject({ usage: { images: 2, audio_seconds: 3, total_tokens: 0 } }));

test("the cost is exact in the text, also where a double is not", () =>
  expect(showGeneration({ ...sampleUsageEvent, cost: picodollars(2n ** 70n + 1n) })).toContain(
    '"cost":1180591620.717411303425}',
  ));
