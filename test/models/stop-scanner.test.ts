import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createStopScanner } from "../../models/server/chat/stop-scanner.ts";

const scan = (pieces: readonly string[], stops: readonly string[]) => {
  const scanner = createStopScanner(stops);
  let shown = "";
  for (const piece of pieces) {
    const { text, stopped } = scanner.push(piece);
    shown += text;
    if (stopped) return { shown, stopped };
  }
  return { shown: shown + scanner.flush(), stopped: false };
};

// Few letters, so that stops overlap, repeat and nearly match.
const letters = fc.constantFrom("a", "b", "c");
const text = fc.string({ unit: letters, maxLength: 24 });
const stops = fc.array(fc.string({ unit: letters, minLength: 1, maxLength: 4 }), { maxLength: 4 });
const pieces = fc.array(fc.string({ unit: letters, maxLength: 4 }), { maxLength: 12 });

test("the cut of a text into pieces does not change what is shown", () =>
  fc.assert(
    fc.property(pieces, stops, (pieces, stops) => {
      expect(scan(pieces, stops)).toEqual(scan(pieces.join("").split(""), stops));
    }),
  ));

test("what is shown begins the text and never contains a stop sequence", () =>
  fc.assert(
    fc.property(pieces, stops, (pieces, stops) => {
      const { shown } = scan(pieces, stops);
      expect(pieces.join("").startsWith(shown)).toBe(true);
      expect(stops.filter((stop) => shown.includes(stop))).toEqual([]);
    }),
  ));

test("it stops exactly when the text contains a stop sequence, and otherwise shows all of it", () =>
  fc.assert(
    fc.property(text, stops, (text, stops) => {
      const contains = stops.some((stop) => text.includes(stop));
      const { shown, stopped } = scan([text], stops);
      expect(stopped).toBe(contains);
      expect(contains || shown === text).toBe(true);
    }),
  ));

test("the beginning of a stop sequence is held back until it is none", () => {
  const scanner = createStopScanner(["END"]);
  expect(scanner.push("the E")).toEqual({ text: "the ", stopped: false });
  expect(scanner.push("N")).toEqual({ text: "", stopped: false });
  expect(scanner.push("T")).toEqual({ text: "ENT", stopped: false });
});
