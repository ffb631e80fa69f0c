import { expect, test } from "vitest";
import { describeError } from "../../../functions/http/log.ts";

const thrownBy = (action: () => unknown): unknown => {
  try {
    return action();
  } catch (error) {
    return error;
  }
};

test.each([
  ["a parser that quotes its input", () => JSON.parse('CANARY{"a":1}')],
  [
    "a message with line breaks that look like frames",
    () => {
      throw new Error("x\n    at CANARY (file:1:1)\n    at CANARY");
    },
  ],
  [
    "a message changed after the stack was made",
    () => {
      throw Object.assign(new Error("    at CANARY\n    at CANARY"), { message: "other" });
    },
  ],
  [
    "a cause",
    () => {
      throw new Error("x", { cause: new Error("CANARY") });
    },
  ],
  [
    "an object that is no error",
    () => {
      throw { toString: () => "CANARY", CANARY: "CANARY" };
    },
  ],
  [
    "text",
    () => {
      throw "CANARY";
    },
  ],
])("nothing is logged of what was said by %s", (_, action) =>
  expect(JSON.stringify(describeError(thrownBy(action)))).not.toContain("CANARY"),
);

test("an error's class and where it was thrown are logged", () => {
  const described = describeError(new TypeError("secret"));
  expect(described["error"]).toBe("TypeError");
  expect(described["at"]).toContain("log.test.ts");
});

test("an error without a message keeps its frames", () =>
  expect(describeError(new RangeError())["at"]).toContain("log.test.ts"));
