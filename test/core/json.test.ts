import { expect, test } from "vitest";
import { isNestedDeeperThan, parseJsonObject } from "../../core/json.ts";

test.each(["", "{", "null", "[]", "5", '"text"', "{}x", "{'a':1}"])("%j is no JSON object", (text) =>
  expect(parseJsonObject(text)).toBeUndefined(),
);

test("a JSON object is read", () => expect(parseJsonObject(' {"a":[1]} ')).toEqual({ a: [1] }));

test("what is read can be written again: anything deeper is not read", () => {
  const nested = (levels: number) => `{"a":${"[".repeat(levels)}${"]".repeat(levels)}}`;
  expect(JSON.stringify(parseJsonObject(nested(500)))).toBe(nested(500));
  for (const levels of [600, 50_000]) expect(parseJsonObject(nested(levels))).toBeUndefined();
});

test("depth counts objects and arrays, and breadth does not count", () => {
  expect(isNestedDeeperThan("flat", 0)).toBe(false);
  expect(isNestedDeeperThan({}, 0)).toBe(true);
  expect(isNestedDeeperThan([[], {}, [1, 2, 3]], 2)).toBe(false);
  expect(isNestedDeeperThan({ a: [{}] }, 2)).toBe(true);
});

test("a million levels are told from sixty without exhausting the stack", () =>
  expect(isNestedDeeperThan(JSON.parse("[".repeat(1_000_000) + "]".repeat(1_000_000)), 64)).toBe(true));
