import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseImageClassificationRequest } from "../../../functions/infer/image-classification-request-schema.ts";
import { parseImageGenerationRequest } from "../../../functions/infer/image-generation-request-schema.ts";
import { parseModerationRequest } from "../../../functions/infer/moderation-request-schema.ts";

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1]).toString("base64");
const dataUrl = `data:image/png;base64,${png}`;

describe("images that are to be made", () => {
  const parse = (change: object) => parseImageGenerationRequest({ model: "m", prompt: "a map", ...change });

  test.each<[object, string]>([
    [{ model: undefined }, "model"],
    [{ prompt: "" }, "prompt"],
    [{ prompt: ["a"] }, "prompt"],
    [{ prompt: "a".repeat(32_001) }, "prompt"],
    [{ n: 0 }, "n"],
    [{ n: 11 }, "n"],
    [{ n: 1.5 }, "n"],
    [{ size: "large" }, "size"],
    [{ size: "0x0" }, "size"],
    [{ size: 512 }, "size"],
    [{ quality: 5 }, "quality"],
    [{ stream: true }, "stream"],
  ])("%j is refused and %s named", (change, param) =>
    expect(parse(change)).toMatchObject({ ok: false, refusal: { code: "invalid_request", param } }),
  );

  test("a URL is refused with what to ask for", () =>
    expect(parse({ response_format: "url" })).toMatchObject({
      refusal: { param: "response_format", message: expect.stringContaining("b64_json") },
    }));

  test("null is not set, and one image is made by default", () => {
    const change = { n: null, size: null, response_format: "b64_json", style: "vivid" };
    expect(parse(change)).toMatchObject({ ok: true, request: { images: 1, fields: change } });
    expect(parse({ n: 3, size: "1024x1024", quality: "hd" })).toMatchObject({ request: { images: 3 } });
  });
});

describe("an image that is to be classified", () => {
  const parse = (change: object) =>
    parseImageClassificationRequest({ model: "m", image: dataUrl, ...change });

  test.each([dataUrl, png, `/9j/${"A".repeat(8)}`, `R0lGODlh`, "UklGRhI0VnhXRUJQVlA4"])(
    "is read as a data URL or in base64 (%#)",
    (image) =>
      expect(parse({ image })).toMatchObject({
        ok: true,
        request: { image: expect.stringMatching(/^data:image\/(png|jpeg|gif|webp);base64,/) },
      }),
  );

  test.each<[object, string]>([
    [{ image: undefined }, "image"],
    [{ image: 5 }, "image"],
    [{ image: "" }, "image"],
    [{ image: "http://169.254.169.254/x.png" }, "image"],
    [{ image: "data:image/svg+xml;base64,PHN2Zz4=" }, "image"],
    [{ image: "data:text/html;base64,PHN2Zz4=" }, "image"],
    [{ image: Buffer.from("<svg>").toString("base64") }, "image"],
    [{ image: `${png}"` }, "image"],
    [{ top_k: 0 }, "top_k"],
    [{ model: "" }, "model"],
  ])("%j is refused and %s named", (change, param) =>
    expect(parse(change)).toMatchObject({ ok: false, refusal: { code: "invalid_request", param } }),
  );
});

describe("content that is to be judged", () => {
  const parse = (input: unknown) => parseModerationRequest({ model: "m", input });
  const image = { type: "image_url", image_url: { url: dataUrl } };

  test.each<[unknown, readonly string[], number]>([
    ["a", ["a"], 0],
    [["a", "b"], ["a", "b"], 0],
    [[{ type: "text", text: "a" }, image, image], ["a"], 2],
  ])("is read in each of OpenAI's forms (%#)", (input, texts, images) =>
    expect(parse(input)).toMatchObject({ ok: true, request: { texts, images, fields: { input } } }),
  );

  test.each<[unknown, string]>([
    [undefined, "input"],
    [null, "input"],
    ["", "input"],
    [5, "input"],
    [[], "input"],
    [["a", ""], "input[1]"],
    [["a", image], "input[1]"],
    [[image, "a"], "input[1]"],
    [Array.from({ length: 129 }, () => "a"), "input"],
    [[{ type: "audio" }], "input[0].type"],
    [[{ type: "text", text: "" }], "input[0].text"],
    [[{ type: "image_url", image_url: dataUrl }], "input[0].image_url"],
    [[{ type: "image_url", image_url: { url: "https://example.com/a.png" } }], "input[0].image_url.url"],
  ])("%j is refused and %s named", (input, param) =>
    expect(parse(input)).toMatchObject({ ok: false, refusal: { code: "invalid_request", param } }),
  );

  test("whatever it is, a refusal quotes nothing of it", () =>
    fc.assert(
      fc.property(fc.anything(), (input) => {
        const parsed = parse([input, "CANARY", { CANARY: input }]);
        expect(parsed.ok ? "" : parsed.refusal.message).not.toContain("CANARY");
      }),
    ));
});
