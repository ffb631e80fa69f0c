import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findUsage } from "../../../core/inference/chunk-usage.ts";
import { present } from "../../support/present.ts";
import { dataIn, decode, delta, encode, event, tokens, usageChunk } from "../../support/sse.ts";
import { anyText } from "../../support/any-text.ts";

const [usage, otherUsage] = [tokens(5, 7), { ...tokens(1, 2), cost: 0.25 }];
const found = (text: string) => present(findUsage(encode(text)));

/** Text that looks like what is searched for. */
const treacherous = fc.oneof(
  anyText({ maxLength: 20 }),
  fc.constantFrom(
    '"usage":{',
    ',"usage":{"a":1}}',
    '\\"usage\\":',
    '"choices":[]',
    '"finish_reason":"x"',
    "}}\n\n",
    "\\",
  ),
);
const value = fc.oneof(
  treacherous,
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(treacherous, { maxLength: 2 }),
);
const member = fc.tuple(fc.constantFrom("id", "object", "x", "usages", 'a "usage"', "é"), value);
const chunks = fc
  .tuple(
    fc.array(member, { maxLength: 4 }),
    fc.array(treacherous, { maxLength: 2 }),
    fc.array(member, { maxLength: 2 }),
  )
  .map(([before, contents, after]) => ({
    before: {
      ...Object.fromEntries(before),
      choices: contents.map((content) => ({ delta: { content, usage: "no" } })),
    },
    after: Object.fromEntries(after.map(([name, said]) => [`${name}-after`, said])),
  }));
const spacings = fc.constantFrom(undefined, 0, 1);

/** One event of several data lines where the JSON has line breaks. */
const eventOf = (json: string): string =>
  `${json
    .split("\n")
    .map((line) => `data: ${line}`)
    .join("\n")}\n\n`;

describe.each([
  ["last, as servers write it", false],
  ["in the middle", true],
])("usage %s", (_, hasMembersAfter) => {
  const sample = chunks.map(({ before, after }) => ({
    plain: { ...before, ...(hasMembersAfter && after) },
    withUsage: { ...before, usage, ...(hasMembersAfter && after) },
  }));
  const normal = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

  test("is found, and taking it out equals parsing, deleting and writing", () =>
    fc.assert(
      fc.property(sample, spacings, ({ plain, withUsage }, spacing) => {
        const seen = found(eventOf(JSON.stringify(withUsage, null, spacing)));
        expect(seen.usage).toEqual(usage);
        expect(seen.hasChoices).toBe(plain.choices.length > 0);
        const sent = decode(seen.without());
        expect(sent.endsWith("\n\n")).toBe(true);
        expect(dataOf(sent)).toEqual(normal(plain));
      }),
    ));

  test("is replaced as by parsing, setting and writing", () =>
    fc.assert(
      fc.property(sample, spacings, ({ plain, withUsage }, spacing) => {
        const sent = decode(
          found(eventOf(JSON.stringify(withUsage, null, spacing))).with(JSON.stringify(otherUsage)),
        );
        expect(dataOf(sent)).toEqual(normal({ ...plain, usage: otherUsage }));
      }),
    ));

  test("is never seen in a chunk that only speaks of it", () =>
    fc.assert(
      fc.property(sample, ({ plain }) => {
        expect(findUsage(encode(eventOf(JSON.stringify(plain))))).toBeUndefined();
      }),
    ));
});

const dataOf = (text: string): unknown =>
  JSON.parse(
    text
      .split("\n")
      .filter((line) => line.startsWith("data: "))
      .map((line) => line.slice("data: ".length))
      .join("\n"),
  );

test("content is sent on byte for byte: numbers and escapes are not rewritten", () => {
  const head = String.raw`data: {"created":12345678901234567890,"choices":[{"delta":{"content":"é \/ 1.0"},"logprob":-0.10}]`;
  const sent = found(`${head},"usage":{"prompt_tokens":1}}\n\n`);
  expect(decode(sent.without())).toBe(`${head}}\n\n`);
  expect(decode(sent.with('{"cost":0.1}'))).toBe(`${head},"usage":{"cost":0.1}}\n\n`);
});

test.each([
  ["null, as servers write before the last chunk", event({ choices: [{}], usage: null })],
  ["a number", event({ choices: [{}], usage: 5 })],
  ["of a choice, not of the chunk", event({ choices: [{ usage: { prompt_tokens: 1 } }] })],
  ["of a nested last member", event({ choices: [{}], timings: { usage: { prompt_tokens: 1 } } })],
  ["in broken JSON", 'data: {"choices":[],"usage":{"prompt_tokens":1}\n\n'],
  ["outside any data line", ': "usage":{"prompt_tokens":1}}\n\n'],
])("usage %s is no usage", (_, text) => expect(findUsage(encode(text))).toBeUndefined());

test("usage is also found as the only member and before CRLF", () => {
  expect(found('data: {"usage":{"prompt_tokens":1}}\n\n').usage).toEqual({ prompt_tokens: 1 });
  expect(dataIn(decode(found('data: {"a":1,"usage":{"b":2}}\r\n\r\n').without()))).toEqual([{ a: 1 }]);
});

test("the last chunk of a stream is told from one with text, and from one in which a choice ends", () => {
  expect(found(event(usageChunk(usage)))).toMatchObject({ hasChoices: false, finishes: false });
  expect(found(event(delta("x", { usage })))).toMatchObject({ hasChoices: true, finishes: false });
  const ending = { choices: [{ delta: {}, finish_reason: "stop" }] };
  expect(found(event({ ...ending, usage }))).toMatchObject({ hasChoices: true, finishes: true });
  expect(found(event({ usage, ...ending }))).toMatchObject({ hasChoices: true, finishes: true });
});
