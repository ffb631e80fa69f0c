import { expect, test } from "vitest";
import { readPrediction } from "../../../functions/infer/read-prediction.ts";
import { bodyBytesMax } from "../../../functions/contract.ts";
import { httpEvent } from "../../support/http-event.ts";
import { sampleEndpoint, sampleModel } from "../../support/samples.ts";

const bytes = Buffer.from([0x89, 0x50, 0, 0xff]);
const read = (headers: Record<string, string>, body = bytes) =>
  readPrediction(
    httpEvent({
      resource: "/v1/models/{model}/predict",
      pathParameters: { model: "tiny-digits" },
      headers,
      body: body.toString("base64"),
      isBase64Encoded: true,
    }),
  );

test("the model is the path's, and bytes and types are the client's", () => {
  const parsed = read({ "Content-Type": "image/png", ACCEPT: "application/x-npy" });
  if (!parsed.ok) throw new Error(parsed.refusal.message);
  expect(parsed.request.model).toBe("tiny-digits");
  expect(parsed.request.payload(sampleModel, sampleEndpoint)).toEqual({
    contentType: "image/png",
    accept: "application/x-npy",
    body: bytes,
  });
});

test("spaces in a type are single: signatures are made of it", () => {
  const parsed = read({ "content-type": " image/png;   q=1" });
  expect(parsed.ok && parsed.request.payload(sampleModel, sampleEndpoint)).toMatchObject({
    contentType: "image/png; q=1",
  });
});

test("who does not say what is accepted gets JSON", () => {
  const parsed = read({ "content-type": "image/png" });
  expect(parsed.ok && parsed.request.payload(sampleModel, sampleEndpoint)).toMatchObject({
    accept: "application/json",
  });
});

test.each<[string, Record<string, string>, Buffer<ArrayBuffer>, string]>([
  ["no type", {}, bytes, "unsupported_media_type"],
  [
    "a type that would not arrive as it is",
    { "content-type": "application/x-npy" },
    bytes,
    "unsupported_media_type",
  ],
  ["a form", { "content-type": "multipart/form-data; boundary=x" }, bytes, "unsupported_media_type"],
  [
    "a stream as the answer",
    { "content-type": "image/png", accept: "text/event-stream" },
    bytes,
    "invalid_request",
  ],
  ["letters in Accept", { "content-type": "image/png", accept: "é" }, bytes, "invalid_request"],
  ["too much", { "content-type": "image/png" }, Buffer.alloc(bodyBytesMax + 1), "request_too_large"],
])("%s is refused", (_, headers, body, code) =>
  expect(read(headers, body)).toMatchObject({ ok: false, refusal: { code } }),
);
