import * as fc from "fast-check";
import type { ModelFailure, ModelReply } from "../../../core/inference/ports.ts";
import type { ModelItem } from "../memory-inference.ts";
import { cutAt, delta, done, encode, event, tokens, usageChunk } from "../sse.ts";
import { secrets } from "./attacked-tasks.ts";
import { type Mutation, hostileValue, mutatedJson, mutation } from "./hostile-json.ts";

/** How a model answers, whatever it is asked: as it should, not at all, or with something else or less in its answer. */
export type HostileModel = {
  readonly failure?: ModelFailure;
  readonly text?: string;
  readonly usage?: unknown;
  readonly mutations?: readonly Mutation[];
  /** A member with deep JSON in it. */
  readonly deepMember?: string;
  readonly contentType?: string;
};

const failure: fc.Arbitrary<ModelFailure> = fc.constantFrom<ModelFailure>(
  { reason: "rejected" },
  { reason: "rejected", message: "It is too warm.", param: "temperature", code: "bad" },
  { reason: "overloaded" },
  { reason: "waking" },
  { reason: "unavailable" },
  { reason: "timeout" },
  { reason: "broken" },
);

const count = fc.oneof(hostileValue, fc.constantFrom<unknown>(0, 3, 1e9, 2 ** 53, -1, "7", null));

/** Usage that is missing, wrong, of another shape, or more than anybody could have used. */
export const hostileUsage: fc.Arbitrary<unknown> = fc.oneof(
  hostileValue,
  fc.record(
    {
      prompt_tokens: count,
      completion_tokens: count,
      total_tokens: count,
      prompt_tokens_details: fc.oneof(fc.record({ cached_tokens: count }), hostileValue),
      completion_tokens_details: fc.record({ reasoning_tokens: count }),
      images: count,
      seconds: count,
      type: fc.constantFrom<unknown>("duration", "tokens", null),
      cost: count,
    },
    { requiredKeys: [] },
  ),
);

const deep = (levels: number): string => `${"[".repeat(levels)}${"]".repeat(levels)}`;

const contentType = fc.constantFrom(
  "application/json",
  "text/html",
  "",
  "text/plain; charset=\u00fc",
  "image/png",
);

export const hostileModel: fc.Arbitrary<HostileModel> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.record({ failure }) },
  { weight: 3, arbitrary: fc.record({ usage: hostileUsage, contentType }) },
  {
    weight: 3,
    arbitrary: fc.record({ mutations: fc.array(mutation, { minLength: 1, maxLength: 3 }), contentType }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      text: fc.constantFrom(
        "",
        "null",
        "[]",
        "{",
        '"text"',
        secrets.trace,
        "<html>",
        '{"choices":',
        "\u0000",
        deep(8000),
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      deepMember: fc.constantFrom("choices", "data", "predictions", "results", "text", "extra", "usage"),
      contentType,
    }),
  },
);

const textOf = ({ text, usage, mutations = [], deepMember }: HostileModel, answer: object): string => {
  if (text !== undefined) return text;
  if (deepMember !== undefined)
    return JSON.stringify({ ...answer, [deepMember]: 0 }).replace(
      `"${deepMember}":0`,
      `"${deepMember}":[${deep(8000)}]`,
    );
  const said = usage === undefined ? answer : { ...answer, usage, duration: usage };
  return mutatedJson(said, mutations);
};

/** What it makes of a decent answer. */
export const wholeReply = (model: HostileModel, answer: object): ModelReply => {
  const { failure, contentType } = model;
  return failure
    ? { ok: false, failure }
    : { ok: true, body: encode(textOf(model, answer)), ...(contentType !== undefined && { contentType }) };
};

const streamEvent: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("Try", " the é😀", "").map((text) => event(delta(text))) },
  {
    weight: 1,
    arbitrary: fc.constant(event({ object: "text_completion", choices: [{ index: 0, text: " was" }] })),
  },
  { weight: 2, arbitrary: hostileUsage.map((usage) => `data: ${mutatedJson(usageChunk(usage), [])}\n\n`) },
  {
    weight: 2,
    arbitrary: fc
      .record({ usage: hostileUsage, mutations: fc.array(mutation, { maxLength: 2 }) })
      .map(({ usage, mutations }) => `data: ${mutatedJson({ usage, ...delta("x") }, mutations)}\n\n`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "data: {\n\n",
      "data:\n\n",
      "\n\n",
      ": comment\n\n",
      "event: error\ndata: x\n\n",
      "data: null\n\n",
      event({ error: { message: secrets.trace } }),
      event({ error: null }),
      "id: 1\r\ndata: {}\r\n\r\n",
      `data: {"usage":{"x":${deep(8000)}},"choices":[]}\n\n`,
      `data: {"usage": ${JSON.stringify(tokens(1, 2))} ,"choices":[${deep(8000)}]}\n\n`,
      `data: {"choices":[{"delta":{"content":${deep(8000)}}}]}\n\n`,
      `data: ${"x".repeat(9000)}`,
    ),
  },
);

/** What a model streams: cut anywhere, with or without an end, with or without a failure midway. */
export const hostileStream: fc.Arbitrary<readonly ModelItem[]> = fc
  .record({
    events: fc.array(streamEvent, { maxLength: 8 }),
    ending: fc.constantFrom("", done, `${event(usageChunk(tokens(5, 3)))}${done}`, `${done}${done}`),
    cuts: fc.array(fc.nat(100_000), { maxLength: 5 }),
    failed: fc.option(failure, { freq: 5 }),
  })
  .map(({ events, ending, cuts, failed }) => [
    ...cutAt(encode(events.join("") + ending), cuts),
    ...(failed ? [failed] : []),
  ]);
