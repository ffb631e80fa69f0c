import { pipeline } from "@huggingface/transformers";
import type { ModelLocation } from "../engine/model-location.ts";
import type { JobRunner } from "../engine/protocol.ts";
import { decodeImage } from "./decode-image.ts";

/** Loads an image classifier. */
export const loadClassifier = async ({
  name,
  options,
}: ModelLocation): Promise<JobRunner<"image-classification">> => {
  const classify = await pipeline("image-classification", name, options);
  return async ({ image, predictionsMax }, signal, emit) => {
    const decoded = await decodeImage(image);
    if (!decoded.ok) {
      emit({ type: "refused", problem: decoded.problem });
      return;
    }
    if (signal.aborted) return;
    const predictions = await classify(decoded.image, { top_k: predictionsMax });
    emit({ type: "predictions", predictions: predictions.map(({ label, score }) => ({ label, score })) });
  };
};
