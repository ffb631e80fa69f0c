import { expect, test } from "vitest";
import { bodyBytesMax } from "../../../functions/contract.ts";
import { readTranscription } from "../../../functions/infer/read-transcription.ts";
import { httpEvent } from "../../support/http-event.ts";
import { sampleEndpoint, sampleModel } from "../../support/samples.ts";

type Fields = readonly (readonly [string, string | File])[];

const speech = (name = "speech.MP3", type = "audio/mpeg", bytes = [1, 2, 3]): readonly [string, File] => [
  "file",
  new File([Uint8Array.from(bytes)], name, { type }),
];

const bodyOf = async (fields: Fields) => {
  const form = new FormData();
  for (const [name, value] of fields) form.append(name, value);
  const response = new Response(form);
  return {
    contentType: response.headers.get("content-type") ?? "",
    bytes: Buffer.from(await response.arrayBuffer()),
  };
};

const send = (contentType: string, bytes: Buffer) =>
  readTranscription(
    httpEvent({
      resource: "/v1/audio/transcriptions",
      headers: { "Content-Type": contentType },
      body: bytes.toString("base64"),
      isBase64Encoded: true,
    }),
  );

const read = async (...fields: Fields) => {
  const { contentType, bytes } = await bodyOf(fields);
  return send(contentType, bytes);
};

const model = ["model", "whisper"] as const;

test("the recording and what the client said reach the model; its name for the file does not", async () => {
  const parsed = await read(
    model,
    ["language", "en"],
    ["prompt", "Zoë's films"],
    ["temperature", "0.2"],
    ["timestamp_granularities[]", "word"],
    ["timestamp_granularities[]", "segment"],
    ["response_format", "verbose_json"],
    ["vad_filter", "true"],
    ['a"b', "needs escapes"],
    speech("secret customer.MP3"),
  );
  if (!parsed.ok) throw new Error(parsed.refusal.message);
  expect(parsed.request.model).toBe("whisper");
  const { contentType, body } = parsed.request.payload(sampleModel, sampleEndpoint);
  const form = await new Response(Buffer.from(body), { headers: { "content-type": contentType } }).formData();
  expect([...form].filter(([name]) => name !== "file")).toEqual([
    ["model", "whisper"],
    ["response_format", "verbose_json"],
    ["language", "en"],
    ["prompt", "Zoë's films"],
    ["temperature", "0.2"],
    ["timestamp_granularities[]", "word"],
    ["timestamp_granularities[]", "segment"],
    ["vad_filter", "true"],
  ]);
  expect(form.get("file")).toMatchObject({ name: "audio.mp3", type: "audio/mpeg", size: 3 });
});

test.each<[string, Fields, string]>([
  ["no model", [speech()], "model"],
  ["two models", [model, model, speech()], "model"],
  ["a model that is a file", [["model", new File(["a"], "a")], speech()], "model"],
  ["no file", [model], "file"],
  ["two files", [model, speech(), speech()], "file"],
  ["a file that is a text", [model, ["file", "speech"]], "file"],
  ["an empty file", [model, speech("a.mp3", "audio/mpeg", [])], "file"],
  ["an unknown format", [model, speech(), ["response_format", "docx"]], "response_format"],
  ["a stream", [model, speech(), ["stream", "true"]], "stream"],
  ["a language that is none", [model, speech(), ["language", "english please"]], "language"],
  ["a temperature above 1", [model, speech(), ["temperature", "1.5"]], "temperature"],
  ["a temperature that is none", [model, speech(), ["temperature", "warm"]], "temperature"],
  [
    "timestamps of something else",
    [model, speech(), ["timestamp_granularities[]", "letter"]],
    "timestamp_granularities[][0]",
  ],
])("%s is refused, and the field named", async (_, fields, param) =>
  expect(await read(...fields)).toMatchObject({
    ok: false,
    refusal: { code: "invalid_request", param },
  }),
);

test("what is no form, and what is too large, is refused", async () => {
  expect(await send("application/json", Buffer.from("{}"))).toMatchObject({
    refusal: { code: "unsupported_media_type" },
  });
  expect(await send("multipart/form-data; boundary=x", Buffer.from("CANARY"))).toMatchObject({
    refusal: { code: "invalid_request", message: expect.not.stringContaining("CANARY") },
  });
  expect(await send("multipart/form-data; boundary=x", Buffer.alloc(bodyBytesMax + 1))).toMatchObject({
    refusal: { code: "request_too_large" },
  });
});
