import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startModelServer, type ModelServer } from "./start-model-server.ts";

type ImageAnswer = {
  readonly model: string;
  readonly predictions: readonly { readonly label: string; readonly score: number }[];
  readonly usage: { readonly images: number };
};

const digits = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const sample = (digit: number) =>
  readFileSync(path.resolve(import.meta.dirname, `../../models/demo/samples/digit_${digit}.png`));
const dataUrl = (image: Buffer, type = "png") => `data:image/${type};base64,${image.toString("base64")}`;

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer("tiny-digits-cnn", { FAREBOX_MODEL_TASK: "image-classification" });
});
afterAll(() => server.stop());

const post = (body: string | Uint8Array<ArrayBuffer>, contentType: string) =>
  fetch(`${server.url}/invocations`, { method: "POST", body, headers: { "content-type": contentType } });

const classify = async (
  body: string | Uint8Array<ArrayBuffer>,
  contentType: string,
): Promise<ImageAnswer> => {
  const response = await post(body, contentType);
  expect(response.status).toBe(200);
  return response.json() as Promise<ImageAnswer>;
};

test.each(digits.map((label, digit) => [label, digit] as const))(
  "the sample of a %s is recognised, as bytes and in JSON alike",
  async (label, digit) => {
    const bytes = await classify(sample(digit), "image/png");
    const json = await classify(JSON.stringify({ image: dataUrl(sample(digit)) }), "application/json");
    expect(bytes).toMatchObject({ model: "tiny-digits-cnn", usage: { images: 1 } });
    expect(bytes.predictions[0]?.label).toBe(label);
    expect(json).toEqual(bytes);
  },
);

test("top_k says how many labels come back, the likeliest first", async () => {
  const ask = (top_k: number) =>
    classify(JSON.stringify({ image: dataUrl(sample(3)), top_k }), "application/json");
  const all = (await ask(10)).predictions;
  expect(all.map(({ label }) => label).toSorted()).toEqual(digits.toSorted());
  expect(all.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(1, 4);
  expect(all.map(({ score }) => score)).toEqual(all.map(({ score }) => score).toSorted((a, b) => b - a));
  expect((await ask(2)).predictions).toEqual(all.slice(0, 2));
});

const png = sample(1);
const hugeHeader = Buffer.from(png);
hugeHeader.writeUInt32BE(60_000, 16);
hugeHeader.writeUInt32BE(60_000, 20);

test.each([
  ["an empty body", "", "image/png", "invalid_image"],
  ["an SVG that says it is a PNG", "<svg xmlns='http://www.w3.org/2000/svg'/>", "image/png", "invalid_image"],
  ["a PNG cut short", png.subarray(0, 300), "image/png", "invalid_image"],
  ["a PNG that claims 3.6 gigapixels", hugeHeader, "image/png", "invalid_image"],
  ["a web address", JSON.stringify({ image: "http://127.0.0.1/x.png" }), "application/json", "invalid_value"],
  [
    "a data URL of text",
    JSON.stringify({ image: "data:text/plain;base64,aGk=" }),
    "application/json",
    "invalid_value",
  ],
  ["no image", "{}", "application/json", "invalid_type"],
  ["top_k: 0", JSON.stringify({ image: dataUrl(png), top_k: 0 }), "application/json", "invalid_value"],
])("%s is refused with 400", async (_case, body, contentType, code) => {
  const response = await post(typeof body === "string" ? body : Uint8Array.from(body), contentType);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { type: "invalid_request_error", code } });
});

test("the server ends cleanly when asked to", async () => {
  expect(await server.stop()).toBe(0);
});
