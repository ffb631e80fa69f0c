import { pipeline } from "@huggingface/transformers";
import { contextLimits } from "../engine/context-limits.ts";
import type { ModelLocation } from "../engine/model-location.ts";
import type { EngineConfiguration, JobRunner } from "../engine/protocol.ts";
import { contextLengthExceeded } from "../problem.ts";

/**
 * Loads an embedding model. Texts are embedded one by one: in a batch, quantization would let a text's vector depend
 * on its neighbours.
 */
export const loadEmbedder = async (
  { name, options }: ModelLocation,
  pooling: EngineConfiguration["pooling"],
): Promise<JobRunner<"embeddings">> => {
  const extract = await pipeline("feature-extraction", name, options);
  const { tokenizer, model } = extract;
  const context = contextLimits(model.config, tokenizer);
  const countTokens = (text: string) =>
    text.length > context.characters ? Infinity : tokenizer.encode(text).length;

  return async ({ texts }, signal, emit) => {
    const counts = texts.map(countTokens);
    const tooLong = counts.findIndex((count) => count > context.tokens);
    if (tooLong !== -1) {
      const message = `This model takes at most ${context.tokens} tokens per input; input ${tooLong} is longer.`;
      emit({ type: "refused", problem: contextLengthExceeded(message, "input") });
      return;
    }
    const vectors: Float32Array[] = [];
    for (const text of texts) {
      if (signal.aborted) return;
      const { data } = await extract(text, { pooling, normalize: true });
      if (!(data instanceof Float32Array)) throw new TypeError("The model's vectors are not float32.");
      vectors.push(data);
    }
    emit({ type: "vectors", vectors, promptTokens: counts.reduce((sum, count) => sum + count, 0) });
  };
};
