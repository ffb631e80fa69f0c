import type { Tensor } from "@huggingface/transformers";
import type { ChatMessage } from "../engine/protocol.ts";
import { contextLengthExceeded, type Problem } from "../problem.ts";
import type { ChatModel } from "./load-chat-model.ts";

export type Prompt = {
  readonly tokens: number;
  /** How many the answer may have. */
  readonly answerTokensMax: number;
  readonly inputs: { readonly input_ids: Tensor; readonly attention_mask: Tensor };
};

/** Applies the model's chat template. Refuses what does not fit the context, together with the answer asked for. */
export const tokenizePrompt = (
  { tokenizer, context }: ChatModel,
  messages: readonly ChatMessage[],
  tokensMax: number | undefined,
): { readonly ok: true; readonly prompt: Prompt } | { readonly ok: false; readonly problem: Problem } => {
  const limit = `This model's maximum context length is ${context.tokens} tokens`;
  const refuse = (reason: string) => ({
    ok: false as const,
    problem: contextLengthExceeded(`${limit}, ${reason}`, "messages"),
  });
  const characters = messages.reduce((sum, { content }) => sum + content.length, 0);
  if (characters > context.characters) return refuse(`and the messages have ${characters} characters.`);

  const { input_ids, attention_mask } = tokenizer.apply_chat_template([...messages], {
    add_generation_prompt: true,
  });
  const tokens = input_ids.dims.at(-1) ?? 0;
  const room = context.tokens - tokens;
  if (room < 1) return refuse(`and the messages resulted in ${tokens} tokens.`);
  if (tokensMax !== undefined && tokensMax > room) {
    return refuse(
      `but ${tokens + tokensMax} were requested: ${tokens} in the messages, ${tokensMax} for the answer.`,
    );
  }
  return {
    ok: true,
    prompt: { tokens, answerTokensMax: tokensMax ?? room, inputs: { input_ids, attention_mask } },
  };
};
