import { type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { EventStreamCodec } from "@smithy/eventstream-codec";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ModelFailure } from "../../core/inference/ports.ts";
import { epochMs } from "../../core/time.ts";
import type { ModelServer } from "../../functions/adapters/model-server.ts";
import { sageMakerModelServer } from "../../functions/adapters/sagemaker/model-server.ts";
import { signedSageMakerModelServer } from "../../functions/adapters/sagemaker/signed-model-server.ts";
import { connect } from "../../functions/adapters/signed/aws-endpoint.ts";
import { signerFor } from "../../functions/adapters/signed/signature.ts";
import { chatPayload } from "../support/chat-payload.ts";
import { decode, encode } from "../support/sse.ts";
import { until } from "../support/until.ts";

/** The SDK's client and the hand-signed one are the same model server, as far as the request flow can tell. */

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "token" };
const codec = new EventStreamCodec(
  (bytes) => decode(Buffer.from(bytes as Uint8Array)),
  (text) => encode(text),
);

const frame = (headers: Record<string, string>, body: string): Uint8Array =>
  codec.encode({
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, { type: "string", value }]),
    ),
    body: encode(body),
  });
const part = (text: string): Uint8Array =>
  frame({ ":message-type": "event", ":event-type": "PayloadPart" }, text);
const exception = (type: string): Uint8Array =>
  frame({ ":message-type": "exception", ":exception-type": type }, JSON.stringify({ Message: "internals" }));

const error = (status: number, type: string, fields: object) => (response: ServerResponse) =>
  void response
    .writeHead(status, { "content-type": "application/json", "x-amzn-errortype": `${type}:http://aws` })
    .end(JSON.stringify(fields));

const openAiError = JSON.stringify({ error: { message: "Too long.", code: "context_length_exceeded" } });

/** What the service does, by the endpoint's name. */
const behaviours: Record<string, (response: ServerResponse, isStream: boolean) => void> = {
  ok: (response, isStream) => {
    if (!isStream) return void response.end('{"answer":"wörd"}');
    const bytes = Buffer.concat([part("data: wö"), part("rd\n\n"), part("data: [DONE]\n\n")]);
    // Cut where it hurts: inside a message's length, its header and its payload.
    for (const [from, to] of [
      [0, 2],
      [2, 20],
      [20, 61],
      [61, bytes.length],
    ] as const)
      response.write(bytes.subarray(from, to));
    response.end();
  },
  echo: (response) => void response.setHeader("content-type", "image/png").end(Buffer.from([0, 0xff])),
  rejected: error(424, "ModelError", { OriginalStatusCode: 400, OriginalMessage: openAiError }),
  crashed: error(424, "ModelError", { OriginalStatusCode: 500, OriginalMessage: "Traceback" }),
  full: error(400, "ThrottlingException", { message: "slow down" }),
  asleep: error(400, "ValidationError", { Message: "The endpoint has no capacity for this." }),
  denied: error(403, "AccessDeniedException", { Message: "not authorized" }),
  gone: error(503, "ServiceUnavailable", {}),
  silent: () => undefined,
  closed: (response) => void response.destroy(),
};
const streamEndings: Record<string, (response: ServerResponse) => void> = {
  cut: (response) => void response.write(part("data: a\n\n"), () => setImmediate(() => response.destroy())),
  excepted: (response) =>
    void response.end(Buffer.concat([part("data: a\n\n"), exception("ModelStreamError")])),
  failed: (response) =>
    void response.end(Buffer.concat([part("data: a\n\n"), exception("InternalStreamFailure")])),
};

let seen: {
  readonly authorization: string;
  readonly types: string;
  readonly body: string;
  readonly closed: boolean;
}[] = [];
const server = createServer((request, response) => {
  const [, , name = "", kind] = (request.url ?? "").split("/");
  const isStream = kind === "invocations-response-stream";
  const { authorization, "content-type": contentType, accept } = request.headers;
  const types = `${contentType} for ${accept}`;
  const record = { authorization: String(authorization), types, body: "", closed: false };
  seen.push(record);
  response.once("close", () => (record.closed = true));
  request.on("data", (chunk) => (record.body += String(chunk)));
  request.on("end", () => {
    if (isStream) response.setHeader("content-type", "application/vnd.amazon.eventstream");
    (streamEndings[name] ?? behaviours[name])?.(response, isStream);
  });
});

let address: URL;
beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  address = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const region = "eu-west-1";
const endpoint = (endpointName: string) =>
  ({ kind: "sagemaker", region, endpointName, usage: "final" }) as const;
const within = (ms: number) => epochMs(Date.now() + ms);

describe.each<[string, () => ModelServer<"sagemaker">]>([
  [
    "the SDK's client",
    () =>
      sageMakerModelServer(
        new SageMakerRuntimeClient({ endpoint: address.href, region, credentials, maxAttempts: 1 }),
      ),
  ],
  [
    "the signed client",
    () => signedSageMakerModelServer(connect(address, signerFor(credentials, region, "sagemaker"))),
  ],
])("%s", (_, open) => {
  const readStream = async (name: string, ms = 5000) => {
    const reply = await open().invokeStreaming(endpoint(name), chatPayload("{}"), within(ms));
    if (!reply.ok) return { failure: reply.failure };
    let text = "";
    let failure: ModelFailure | undefined;
    for await (const chunk of reply.stream.chunks)
      if (chunk instanceof Uint8Array) text += decode(chunk);
      else failure = chunk;
    return { text, failure };
  };

  test("brings an answer whole, and a stream byte for byte, wherever it is cut", async () => {
    seen = [];
    const reply = await open().invoke(endpoint("ok"), chatPayload('{"q":"ü"}'), within(5000));
    expect(reply.ok && decode(reply.body)).toBe('{"answer":"wörd"}');
    expect(await readStream("ok")).toEqual({ text: "data: wörd\n\ndata: [DONE]\n\n", failure: undefined });
    expect(seen[0]?.body).toBe('{"q":"ü"}');
    for (const { authorization } of seen)
      expect(authorization).toMatch(
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/sagemaker\/aws4_request, SignedHeaders=.*host.*, Signature=[0-9a-f]{64}$/,
      );
  });

  test("hands types on in both directions, and bytes that are no text", async () => {
    seen = [];
    const payload = { contentType: "audio/wav; rate=8000", accept: "image/png", body: Uint8Array.of(0xfe) };
    const reply = await open().invoke(endpoint("echo"), payload, within(5000));
    expect(reply.ok && { type: reply.contentType, bytes: [...reply.body] }).toEqual({
      type: "image/png",
      bytes: [0, 0xff],
    });
    expect(seen[0]?.types).toBe("audio/wav; rate=8000 for image/png");
  });

  test.each<[string, ModelFailure]>([
    ["rejected", { reason: "rejected", message: "Too long.", code: "context_length_exceeded" }],
    ["crashed", { reason: "broken" }],
    ["full", { reason: "overloaded" }],
    ["asleep", { reason: "waking" }],
    ["denied", { reason: "unavailable" }],
    ["gone", { reason: "unavailable" }],
    ["closed", { reason: "broken" }],
  ])("an endpoint that is %s fails before the first byte, for the same reason", async (name, failure) => {
    expect(await open().invoke(endpoint(name), chatPayload("{}"), within(5000))).toEqual({
      ok: false,
      failure,
    });
    expect(await readStream(name)).toEqual({ failure });
  });

  test("an endpoint that is silent times out", async () => {
    const failure = { reason: "timeout" };
    expect(await open().invoke(endpoint("silent"), chatPayload("{}"), within(60))).toEqual({
      ok: false,
      failure,
    });
    expect(await readStream("silent", 60)).toEqual({ failure });
  });

  test.each(["cut", "excepted", "failed"])(
    "a stream that is %s delivers what came, then says so",
    async (name) => {
      expect(await readStream(name)).toEqual({ text: "data: a\n\n", failure: { reason: "broken" } });
    },
  );

  test("cancelling closes the connection, so that the model stops", async () => {
    seen = [];
    const reply = await open().invokeStreaming(endpoint("ok"), chatPayload("{}"), within(5000));
    if (!reply.ok) throw new Error(reply.failure.reason);
    reply.stream.cancel();
    for await (const _ of reply.stream.chunks);
    await until(() => seen[0]?.closed === true);
    expect(seen[0]?.closed).toBe(true);
  });
});

test("a signature is the one of AWS's published example", () => {
  // AWS General Reference, "Signature Version 4 test suite": post-vanilla.
  const sign = signerFor(
    { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" },
    "us-east-1",
    "service",
  );
  const { authorization } = sign(
    { method: "POST", path: "/", host: "example.amazonaws.com", headers: {}, body: new Uint8Array() },
    new Date("2015-08-30T12:36:00Z"),
  );
  expect(authorization).toBe(
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
  );
});
