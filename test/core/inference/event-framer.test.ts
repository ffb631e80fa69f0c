import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EventFramer } from "../../../core/inference/event-framer.ts";
import { dataOf } from "../../../core/inference/chunk-usage.ts";
import { anyText } from "../../support/any-text.ts";
import { cutAt, decode, encode } from "../../support/sse.ts";

const frame = (pieces: readonly Uint8Array[]) => {
  const framer = new EventFramer();
  const events = pieces.flatMap((piece) => {
    const framed = framer.push(piece);
    if (!framed) throw new Error("the framer gave up");
    return framed.map(decode);
  });
  return { events, rest: decode(framer.rest) };
};

describe.each([
  ["LF", "\n"],
  ["CRLF", "\r\n"],
  ["CR", "\r"],
])("lines that end in %s", (_, lineEnd) => {
  const first = `data: {"a":"ü€😀"}${lineEnd}${lineEnd}`;
  const second = `event: x${lineEnd}data: 1${lineEnd}data: 2${lineEnd}${lineEnd}`;
  const stream = encode(`${first}${second}data: [DO`);

  test("are framed by their blank lines", () =>
    expect(frame([stream])).toEqual({ events: [first, second], rest: "data: [DO" }));

  test("may be cut in two at every byte", () => {
    for (let cut = 0; cut <= stream.length; cut++)
      expect(frame(cutAt(stream, [cut])), `cut at ${cut}`).toEqual({
        events: [first, second],
        rest: "data: [DO",
      });
  });

  test("may come byte by byte", () =>
    expect(frame([...stream].map((byte) => Uint8Array.of(byte)))).toEqual({
      events: [first, second],
      rest: "data: [DO",
    }));
});

/** Text in which line endings of all kinds are frequent, next to each other and next to characters of many bytes. */
const streams = fc
  .array(fc.constantFrom("\n", "\r", "\r\n", "\n\n", "data: x", "é", "😀", " "), { maxLength: 30 })
  .map((parts) => encode(parts.join("")));
const cuts = fc.array(fc.nat(), { maxLength: 20 });

test("no cut of a stream changes its events, and nothing is lost or added", () =>
  fc.assert(
    fc.property(streams, cuts, (stream, at) => {
      const cut = frame(cutAt(stream, at));
      expect(cut).toEqual(frame([stream]));
      expect(cut.events.join("") + cut.rest).toBe(decode(stream));
    }),
    { numRuns: 500 },
  ));

test("every event ends with a blank line and has none before", () =>
  fc.assert(
    fc.property(streams, (stream) => {
      for (const event of frame([stream]).events) {
        const blank = /(?:\r\n|\r(?!\n)|\n)(?:\r\n|\r(?!\n)|\n)/.exec(event);
        expect(blank && blank.index + blank[0].length).toBe(event.length);
      }
    }),
    { numRuns: 500 },
  ));

test("an event without end is given up on instead of being collected for ever", () => {
  const framer = new EventFramer();
  const piece = new Uint8Array(1024 * 1024).fill(0x61);
  const answers = Array.from({ length: 5 }, () => framer.push(piece));
  expect(answers.map((events) => events !== undefined)).toEqual([true, true, true, true, false]);
});

// UTF-8 has no halves of surrogate pairs.
const line = anyText({ maxLength: 12 }).map((text) => text.toWellFormed().replaceAll(/[\r\n\uFEFF]/g, "é"));
const sent = fc.record({
  data: fc.array(line, { minLength: 1, maxLength: 3 }),
  around: fc.array(fc.constantFrom(": a comment", ":", "id: 7", "event: chunk", "retry: 5"), {
    maxLength: 2,
  }),
  isTight: fc.boolean(),
});
const lineEndings = fc.constantFrom("\n", "\r\n", "\r");

test("what was sent is read, whatever stands around it, however lines end and wherever the bytes are cut", () =>
  fc.assert(
    fc.property(
      fc.array(sent, { minLength: 1, maxLength: 4 }),
      lineEndings,
      fc.boolean(),
      cuts,
      (all, end, hasMark, at) => {
        const text = all.map(({ data, around, isTight }) =>
          [
            ...around,
            ...data.map((said) => (isTight && !said.startsWith(" ") ? "data:" : "data: ") + said),
            "",
          ]
            .map((written) => written + end)
            .join(""),
        );
        const stream = encode(`${hasMark ? "\uFEFF" : ""}${text.join("")}`);
        const framer = new EventFramer();
        const events = cutAt(stream, at).flatMap((piece) => framer.push(piece) ?? []);
        // A CR at the very end may be half of a CRLF: the event that it ends is then still the rest.
        const last = framer.rest.length > 0 ? [framer.rest] : [];
        expect([...events, ...last].map(dataOf)).toEqual(all.map(({ data }) => data.join("\n")));
      },
    ),
    { numRuns: 500 },
  ));
