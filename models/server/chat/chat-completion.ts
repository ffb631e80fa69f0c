import { randomUUID } from "node:crypto";
import type { FinishReason } from "../engine/protocol.ts";
import type { ChatUsage } from "./chat-usage.ts";

/** What an answer and each of its chunks begin with. */
export type CompletionHead = { readonly id: string; readonly created: number; readonly model: string };

export const newCompletionHead = (model: string): CompletionHead => ({
  id: `chatcmpl-${randomUUID().replaceAll("-", "")}`,
  created: Math.floor(Date.now() / 1000),
  model,
});

export type CompletedChoice = { readonly text: string; readonly reason: FinishReason };

/** OpenAI's `chat.completion`. */
export const chatCompletion = (
  { id, created, model }: CompletionHead,
  choices: readonly CompletedChoice[],
  usage: ChatUsage,
) => ({
  id,
  object: "chat.completion",
  created,
  model,
  choices: choices.map(({ text, reason }, index) => ({
    index,
    message: { role: "assistant", content: text, refusal: null },
    logprobs: null,
    finish_reason: reason,
  })),
  usage,
});

export type ChunkDelta = { readonly role?: "assistant"; readonly content?: string };

export type ChunkChoice = {
  readonly index: number;
  readonly delta: ChunkDelta;
  readonly finish_reason: FinishReason | null;
};

/**
 * OpenAI's `chat.completion.chunk`. `usage` is its last property whenever it has one, so that a gateway can read the
 * running count from the end of a chunk without parsing the rest.
 */
export const chatChunk = (
  { id, created, model }: CompletionHead,
  choices: readonly ChunkChoice[],
  usage: ChatUsage | null | undefined,
) => ({
  id,
  object: "chat.completion.chunk",
  created,
  model,
  choices: choices.map(({ index, delta, finish_reason }) => ({
    index,
    delta,
    logprobs: null,
    finish_reason,
  })),
  ...(usage === undefined ? {} : { usage }),
});
