import {
  AutoModelForCausalLM,
  AutoTokenizer,
  type PreTrainedModel,
  type PreTrainedTokenizer,
} from "@huggingface/transformers";
import { contextLimits, type ContextLimits } from "../engine/context-limits.ts";
import type { ModelLocation } from "../engine/model-location.ts";

export type ChatModel = {
  readonly model: PreTrainedModel;
  readonly tokenizer: PreTrainedTokenizer;
  /** For prompt and answer together. */
  readonly context: ContextLimits;
  /** Tokens that end the model's turn. */
  readonly endTokens: ReadonlySet<number>;
  /** The checkpoint's own way to sample; 0 for a model that was made to be greedy. */
  readonly temperatureDefault: number;
  readonly topPDefault: number;
};

const numbersIn = (value: unknown): number[] =>
  (Array.isArray(value) ? value : [value]).filter((item): item is number => typeof item === "number");

/** @throws when the folder lacks a file, or the checkpoint states no context length or no end token. */
export const loadChatModel = async ({ name, options }: ModelLocation): Promise<ChatModel> => {
  const tokenizer = await AutoTokenizer.from_pretrained(name, options);
  const model = await AutoModelForCausalLM.from_pretrained(name, options);
  const generation: object = model.generation_config ?? {};
  const stated = (field: string): unknown =>
    Reflect.get(generation, field) ?? Reflect.get(model.config, field);
  const endTokens = new Set([...numbersIn(stated("eos_token_id")), ...numbersIn(tokenizer.eos_token_id)]);
  if (endTokens.size === 0) throw new Error("The checkpoint does not state its end-of-turn token.");
  const [temperature = 1] = numbersIn(stated("temperature"));
  const [topPDefault = 1] = numbersIn(stated("top_p"));
  return {
    model,
    tokenizer,
    context: contextLimits(model.config, tokenizer),
    endTokens,
    temperatureDefault: stated("do_sample") === true ? temperature : 0,
    topPDefault,
  };
};
