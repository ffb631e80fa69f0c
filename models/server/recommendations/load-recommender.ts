import { loadEmbedder } from "../embeddings/load-embedder.ts";
import type { ModelLocation } from "../engine/model-location.ts";
import type { EngineConfiguration, JobRunner } from "../engine/protocol.ts";
import { scoreCandidates } from "./score-candidates.ts";

/** Loads an embedding model to recommend with: titles are near each other whose texts are. */
export const loadRecommender = async (
  location: ModelLocation,
  pooling: EngineConfiguration["pooling"],
): Promise<JobRunner<"recommendation">> => {
  const embed = await loadEmbedder(location, pooling);
  return ({ history, candidates }, signal, emit) =>
    embed({ inputs: [...history, ...candidates] }, signal, (event) => {
      if (event.type === "failed") return emit(event);
      if (event.type === "refused")
        // The embedder counts titles through both lists.
        return emit({ type: "refused", problem: { ...event.problem, message: titleTooLong, param: null } });
      const vectors = event.vectors;
      emit({
        type: "scores",
        scores: scoreCandidates(vectors.slice(0, history.length), vectors.slice(history.length)),
      });
    });
};

const titleTooLong = "A title of history or candidates is longer than this model reads: shorten it.";
