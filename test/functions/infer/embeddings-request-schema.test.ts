import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseEmbeddingsRequest } from "../../../functions/infer/embeddings-request-schema.ts";

const parse = (change: object) => parseEmbeddingsRequest({ model: "m", input: "a", ...change });

test.each<[object, string]>([
  [{ model: undefined }, "model"],
  [{ model: 5 }, "model"],
  [{ input: undefined }, "input"],
  [{ input: null }, "input"],
  [{ input: "" }, "input"],
  [{ input: 5 }, "input"],
  [{ input: {} }, "input"],
  [{ input: [] }, "input"],
  [{ input: ["a", ""] }, "input[1]"],
  [{ input: ["a", 5] }, "input[1]"],
  [{ input: ["a", ["b"]] }, "input[1]"],
  [{ input: [1, -1] }, "input[1]"],
  [{ input: [1, 1.5] }, "input[1]"],
  [{ input: [1, "a"] }, "input[1]"],
  [{ input: [1, null] }, "input[1]"],
  [{ input: [2 ** 31] }, "input[0]"],
  [{ input: [Number.POSITIVE_INFINITY] }, "input[0]"],
  [{ input: [[]] }, "input[0]"],
  [{ input: [[1], []] }, "input[1]"],
  [{ input: [[1], "a"] }, "input[1]"],
  [{ input: [[1], [[2]]] }, "input[1]"],
  [{ input: [true] }, "input[0]"],
  [{ input: Array.from({ length: 2049 }, () => "a") }, "input"],
  [{ input: Array.from({ length: 2049 }, () => [1]) }, "input"],
  [{ encoding_format: "hex" }, "encoding_format"],
  [{ dimensions: 0 }, "dimensions"],
  [{ dimensions: 1.5 }, "dimensions"],
  [{ dimensions: "64" }, "dimensions"],
  [{ dimensions: 1e9 }, "dimensions"],
  [{ stream: true }, "stream"],
  [{ user: 5 }, "user"],
])("%j is refused and %s named", (change, param) => {
  const parsed = parse(change);
  expect(parsed).toMatchObject({ ok: false, refusal: { code: "invalid_request", param } });
  expect(parsed.ok || parsed.refusal.message).toMatch(
    new RegExp(`^\`${param.replace(/[[\]]/g, "\\$&")}\` .+\\.$`),
  );
});

test.each<[unknown, unknown]>([
  ["a", ["a"]],
  [
    ["a", "b"],
    ["a", "b"],
  ],
  [[1, 2], [[1, 2]]],
  [
    [[1, 2], [3]],
    [[1, 2], [3]],
  ],
  [Array.from({ length: 3000 }, () => 1), [Array.from({ length: 3000 }, () => 1)]],
])("each of OpenAI's forms of input is read (%#)", (input, inputs) =>
  expect(parse({ input })).toMatchObject({ ok: true, request: { inputs } }),
);

test("null is not set, what is not said has OpenAI's default, and unknown fields are kept", () => {
  expect(parse({ encoding_format: null, dimensions: null, stream: false, top: 1 })).toEqual({
    ok: true,
    request: {
      model: "m",
      inputs: ["a"],
      encoding: "float",
      fields: { model: "m", input: "a", encoding_format: null, dimensions: null, stream: false, top: 1 },
    },
  });
  expect(parse({ encoding_format: "base64", dimensions: 8 })).toMatchObject({
    request: { encoding: "base64", dimensions: 8 },
  });
});

test("whatever the input, it is read or refused, and a refusal quotes nothing of it", () =>
  fc.assert(
    fc.property(fc.anything(), (input) => {
      const parsed = parse({ input: [input, "CANARY", input] });
      expect(parsed.ok ? "" : parsed.refusal.message).not.toContain("CANARY");
    }),
  ));
