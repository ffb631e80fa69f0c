import {
  InvokeEndpointCommand,
  type ResponseStream,
  SageMakerRuntimeClient,
} from "@aws-sdk/client-sagemaker-runtime";
import { expect, test } from "vitest";
import { epochMs } from "../../../core/time.ts";
import { sageMakerModelServer } from "../../../functions/adapters/sagemaker/model-server.ts";
import { chatPayload } from "../../support/chat-payload.ts";
import { decode, encode } from "../../support/sse.ts";

const endpoint = { kind: "sagemaker", region: "eu-west-1", endpointName: "sample", usage: "final" } as const;
const soon = () => epochMs(Date.now() + 60_000);

/** A real client whose requests are answered before they reach the network. */
const answering = (answer: (signal: AbortSignal | undefined, command: unknown) => Promise<object>) => {
  const client = new SageMakerRuntimeClient({ region: "eu-west-1" });
  Object.assign(client, {
    send: (command: unknown, options: { abortSignal?: AbortSignal }) => answer(options.abortSignal, command),
  });
  return sageMakerModelServer(client);
};
const silence = (signal: AbortSignal | undefined) =>
  new Promise<never>((_, reject) => signal?.addEventListener("abort", () => reject(new Error("aborted"))));

const streamOf = async (parts: () => AsyncIterable<ResponseStream>, deadline = soon()) => {
  const reply = await answering(async () => ({ Body: parts() })).invokeStreaming(
    endpoint,
    chatPayload("{}"),
    deadline,
  );
  if (!reply.ok) throw new Error(reply.failure.reason);
  return (await Array.fromAsync(reply.stream.chunks)).map((item) =>
    item instanceof Uint8Array ? decode(item) : item,
  );
};
const part = (text: string): ResponseStream => ({ PayloadPart: { Bytes: encode(text) } });

test("the endpoint is called by name with the body as it is", async () => {
  let seen: unknown;
  const server = answering(async (_signal, command) => {
    seen = command;
    return { Body: encode("answer") };
  });
  const reply = await server.invoke(endpoint, chatPayload("body"), soon());
  expect(reply.ok && decode(reply.body)).toBe("answer");
  expect(seen instanceof InvokeEndpointCommand && seen.input).toMatchObject({
    EndpointName: "sample",
    ContentType: "application/json",
  });
});

test("parts are handed on as they come", async () =>
  expect(
    await streamOf(async function* () {
      yield part("a");
      yield part("b");
    }),
  ).toEqual(["a", "b"]));

test.each([
  ["an error of the model", { ModelStreamError: { name: "ModelStreamError", message: "CANARY" } }],
  ["an error of SageMaker", { InternalStreamFailure: { name: "InternalStreamFailure", message: "CANARY" } }],
])("%s midway is the last item, without its words", async (_, error) =>
  expect(
    await streamOf(async function* () {
      yield part("a");
      yield error as ResponseStream;
    }),
  ).toEqual(["a", { reason: "broken" }]),
);

test("a connection that breaks midway is an item, not an exception", async () =>
  expect(
    await streamOf(async function* () {
      yield part("a");
      throw new Error("CANARY");
    }),
  ).toEqual(["a", { reason: "broken" }]));

test.each(["invoke", "invokeStreaming"] as const)(
  "%s: a silent model times out at the deadline",
  async (method) =>
    expect(await answering(silence)[method](endpoint, chatPayload("{}"), epochMs(Date.now() + 5))).toEqual({
      ok: false,
      failure: { reason: "timeout" },
    }),
);

test("a deadline that has passed already is a timeout, not a wait", async () =>
  expect(await answering(silence).invoke(endpoint, chatPayload("{}"), epochMs(1))).toMatchObject({
    failure: { reason: "timeout" },
  }));
