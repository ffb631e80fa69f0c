import { payloadPart } from "../../local/sagemaker/event-stream.ts";
import type { Workload } from "../workload.ts";

const usage = { prompt_tokens: 84, completion_tokens: 100, total_tokens: 184 };

const identity = { id: "chatcmpl-0123456789abcdef", created: 1_795_000_000, system_fingerprint: "fp_bench" };

/** What the model says; a right answer holds it. */
export const modelText =
  "The Bell Under Mount Sorrel: two cousins follow an echo into the hills and wake a giant. ";

/** A whole answer of about a hundred tokens. */
export const wholeCompletion = ({ model }: Workload): Buffer =>
  Buffer.from(
    JSON.stringify({
      ...identity,
      object: "chat.completion",
      model,
      choices: [
        {
          index: 0,
          message: { role: "assistant", content: modelText.repeat(4) },
          logprobs: null,
          finish_reason: "stop",
        },
      ],
      usage,
    }),
  );

/** The events of a streamed answer: one token each, then usage, then `[DONE]`. */
export const streamedCompletion = ({ model }: Workload, contentChunks: number): readonly Buffer[] => {
  const words = modelText.split(" ");
  const chunk = (members: object): string => {
    const head = { ...identity, object: "chat.completion.chunk", model };
    return `data: ${JSON.stringify({ ...head, ...members })}\n\n`;
  };
  const content = Array.from({ length: contentChunks }, (_, index) =>
    chunk({
      choices: [
        {
          index: 0,
          delta: { content: `${words[index % words.length]} ` },
          logprobs: null,
          finish_reason: index === contentChunks - 1 ? "stop" : null,
        },
      ],
    }),
  );
  return [...content, chunk({ choices: [], usage }), "data: [DONE]\n\n"].map((event) => Buffer.from(event));
};

/** The same events as SageMaker carries them: each in a frame of the AWS event stream. */
export const framed = (events: readonly Buffer[]): readonly Buffer[] =>
  events.map((event) => Buffer.from(payloadPart(event)));
