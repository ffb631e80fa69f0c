import type { UsageReporting } from "../../core/catalogue/model.ts";
import type { PricePolicies } from "../../core/catalogue/price.ts";
import type { ChatRequest } from "../../core/inference/tasks/chat-request.ts";
import { serveRequest } from "../../core/inference/serve-request.ts";
import { type ModelItem, memoryInference, scriptedStream } from "./memory-inference.ts";
import { present } from "./present.ts";
import { sampleChat, sampleEndpoint, sampleModel, samplePrincipal } from "./samples.ts";
import { decode, delta, done, encode, event, tokens, usageChunk } from "./sse.ts";

type StreamOptions = {
  readonly usage?: UsageReporting;
  readonly policies?: PricePolicies;
  readonly whileRecording?: () => Promise<void>;
};

/** Starts a streamed request over a scripted model. */
export const startStream = async (
  items: readonly ModelItem[],
  said: Partial<ChatRequest> = {},
  { usage = "final", policies = {}, whileRecording }: StreamOptions = {},
) => {
  const { stream, state } = scriptedStream(items);
  const { ports, ...world } = memoryInference({
    model: {
      ...sampleModel,
      endpoints: [{ ...sampleEndpoint, usage }],
      price: { ...present(sampleModel.price), ...policies },
    },
    invokeStreaming: async () => ({ ok: true, stream }),
    ...(whileRecording && { whileRecording }),
  });
  const answer = await serveRequest(ports)(samplePrincipal, sampleChat({ stream: true, ...said }));
  if (answer.kind !== "streamed") throw new Error(`the answer was ${answer.kind}`);
  const { stream: streamed } = answer;
  return { ...world, admitted: answer.admitted, body: streamed.body, close: () => streamed.close(), state };
};

/** Reads a streamed answer to its end; closes it as the shell does. */
export const readStream = async ({
  body,
  close,
}: Pick<Awaited<ReturnType<typeof startStream>>, "body" | "close">) => {
  let text = "";
  const refusals: string[] = [];
  for await (const item of body) {
    if (item instanceof Uint8Array) text += decode(item);
    else refusals.push(item.code);
  }
  await close();
  return { text, refusals };
};

/** What the model of these tests says, as events of one token each, */
export const said = ["Try", " the", " Hobbit é😀"];
export const texts = said.map((content) => event(delta(content)));
/** and as the whole stream, with usage at its end. */
export const whole = [...texts, event(usageChunk(tokens(12, 3))), done].map(encode);
