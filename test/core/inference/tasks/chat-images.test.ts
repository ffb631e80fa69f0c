import { expect, test } from "vitest";
import type { RemoteImages } from "../../../../core/inference/remote-images/ports.ts";
import { serveRequest } from "../../../../core/inference/serve-request.ts";
import { clientOf } from "../../../support/in-process-gateway.ts";
import { memoryInference } from "../../../support/memory-inference.ts";
import { sampleModel, samplePrincipal } from "../../../support/samples.ts";
import { decode, encode, tokens } from "../../../support/sse.ts";
import { parseChatRequest } from "../../../../functions/infer/chat-request-schema.ts";
import { chat } from "../../../../core/inference/tasks/chat.ts";

const web: RemoteImages = {
  allowedHosts: ["img.example.com"],
  resolve: async () => ["1.1.1.1"],
  get: async (_address, { path }) => ({
    kind: "found",
    contentType: "image/png",
    base64: `${path.slice(1)}=`,
  }),
};
const picture = (name: string) =>
  ({ type: "image_url", image_url: { url: `https://img.example.com/${name}`, detail: "high" } }) as const;
const words = { type: "text", text: "https://img.example.com/a" } as const;
const messages = [
  { role: "system", content: "See." },
  { role: "user", content: [words, picture("aaa")] },
  { role: "user", content: [picture("bbb"), picture("ccc")] },
] as const;
const inlined = (name: string) => ({
  type: "image_url",
  image_url: { url: `data:image/png;base64,${name}=`, detail: "high" },
});

const world = () => {
  const sent: { readonly messages?: unknown }[] = [];
  const choices = [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "A cat." } }];
  const memory = memoryInference({
    remoteImages: web,
    invoke: async (_endpoint, { body }) => {
      sent.push(JSON.parse(decode(body)));
      return { ok: true, body: encode(JSON.stringify({ choices, usage: tokens(12, 3) })) };
    },
  });
  return { ...memory, sent };
};

test("a model is sent the images themselves, each in its place, and everything else as it was", async () => {
  const { ports, sent, events } = world();
  const parsed = parseChatRequest({ model: sampleModel.name, messages }, web.allowedHosts);
  if (!parsed.ok) throw new Error(parsed.refusal.message);
  expect(await serveRequest(ports)(samplePrincipal, chat(parsed.request))).toMatchObject({ kind: "whole" });
  expect(sent[0]?.messages).toEqual([
    { role: "system", content: "See." },
    { role: "user", content: [words, inlined("aaa")] },
    { role: "user", content: [inlined("bbb"), inlined("ccc")] },
  ]);
  expect(events).toMatchObject([{ outcome: "completed", cost: 21_000_000n }]);
});

test("so it is in a response", async () => {
  const { ports, sent } = world();
  const { output_text: said } = await clientOf(ports).responses.create({
    model: sampleModel.name,
    input: [
      {
        role: "user",
        content: [{ type: "input_image", image_url: "https://img.example.com/aaa", detail: "high" }],
      },
    ],
  });
  expect(said).toBe("A cat.");
  expect(sent[0]?.messages).toEqual([{ role: "user", content: [inlined("aaa")] }]);
});
