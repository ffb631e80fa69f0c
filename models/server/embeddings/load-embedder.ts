import { mean_pooling, pipeline, Tensor } from "@huggingface/transformers";
import { contextLimits } from "../engine/context-limits.ts";
import type { ModelLocation } from "../engine/model-location.ts";
import type { EmbeddingsInput, EngineConfiguration, JobRunner } from "../engine/protocol.ts";
import { contextLengthExceeded, invalidRequest, type Problem } from "../problem.ts";
import { specialTokens } from "./special-tokens.ts";

/**
 * Loads an embedding model. Inputs are embedded one by one: in a batch, quantization would let an input's vector depend
 * on its neighbours.
 */
export const loadEmbedder = async (
  { name, options }: ModelLocation,
  pooling: EngineConfiguration["pooling"],
): Promise<JobRunner<"embeddings">> => {
  const { tokenizer, model } = await pipeline("feature-extraction", name, options);
  const context = contextLimits(model.config, tokenizer);
  const { before, after } = specialTokens(tokenizer);
  const tokenIdMax = Math.max(...tokenizer.get_vocab().values());

  /** What the model reads; `undefined` for a text that is too long to be worth tokenizing. */
  const sequenceOf = (input: EmbeddingsInput): readonly number[] | undefined => {
    if (typeof input !== "string") return [...before, ...input, ...after];
    return input.length > context.characters ? undefined : tokenizer.encode(input);
  };

  const problemOf = (sequence: readonly number[] | undefined, index: number): Problem | undefined => {
    if (sequence === undefined || sequence.length > context.tokens) {
      const message = `This model takes at most ${context.tokens} tokens per input; input ${index} is longer.`;
      return contextLengthExceeded(message, "input");
    }
    if (sequence.every((token) => token <= tokenIdMax)) return undefined;
    const message = `This model's tokens are 0 to ${tokenIdMax}; input ${index} has others. Token ids are of the model's own tokenizer.`;
    return invalidRequest("invalid_value", message, "input");
  };

  const embed = async (sequence: readonly number[]): Promise<Float32Array> => {
    const shape = [1, sequence.length];
    const attention_mask = new Tensor("int64", new BigInt64Array(sequence.length).fill(1n), shape);
    const input_ids = new Tensor("int64", BigInt64Array.from(sequence, BigInt), shape);
    const output = await model({ input_ids, attention_mask });
    const states: Tensor = output.last_hidden_state ?? output.logits ?? output.token_embeddings;
    const pooled = {
      mean: () => mean_pooling(states, attention_mask),
      cls: () => states.slice(null, 0),
      last_token: () => states.slice(null, -1),
    }[pooling]();
    const { data } = pooled.normalize(2, -1);
    if (!(data instanceof Float32Array)) throw new TypeError("The model's vectors are not float32.");
    return data;
  };

  return async ({ inputs }, signal, emit) => {
    const sequences: (readonly number[])[] = [];
    for (const [index, input] of inputs.entries()) {
      const sequence = sequenceOf(input);
      const problem = problemOf(sequence, index);
      if (problem) return emit({ type: "refused", problem });
      if (sequence) sequences.push(sequence);
    }
    const vectors: Float32Array[] = [];
    for (const sequence of sequences) {
      if (signal.aborted) return;
      vectors.push(await embed(sequence));
    }
    emit({ type: "vectors", vectors, promptTokens: sequences.reduce((sum, { length }) => sum + length, 0) });
  };
};
