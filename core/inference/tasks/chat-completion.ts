import { estimateTokens } from "../model-usage.ts";
import type { TalliedRequest } from "../stream-tally.ts";
import type { ChatRequest } from "./chat-request.ts";
import { type TextAnswer, jsonBytes, readTextAnswer } from "./text-output.ts";

type Fields = Pick<ChatRequest, "fields">;

/** A chat model's whole answer; without usage it is estimated. `undefined` for what is none. */
export const readCompletion = (request: Fields, bytes: Uint8Array): TextAnswer | undefined =>
  readTextAnswer(bytes, (choices) => ({
    inputTokens: estimatePrompt(request),
    outputTokens: estimateTokens(jsonBytes(choices)),
    requests: 1,
  }));

/** A chat's stream, should its model never say what it used: prompts are not repeated in it. */
export const talliedChat = (request: Fields): TalliedRequest => ({
  estimateInput: () => estimatePrompt(request),
  echoes: 0,
});

const estimatePrompt = ({ fields }: Fields): number => estimateTokens(jsonBytes(fields["messages"] ?? ""));
