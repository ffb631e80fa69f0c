import { z } from "zod";
import type { RecommendationJob } from "../engine/protocol.ts";
import { parseJsonBody, type Parsed } from "../http/parse-json-body.ts";

const historyMax = 100;
const candidatesMax = 500;

const title = z.string().min(1);

const schema = z.object({
  history: z.array(title).min(1).max(historyMax),
  candidates: z.array(title).min(1).max(candidatesMax),
  top_k: z.int().min(1).max(candidatesMax).nullish(),
});

export type RecommendationRequest = RecommendationJob & {
  /** Undefined: all of them. */
  readonly recommendationsMax: number | undefined;
};

/** Parses what a viewer has liked, and what there is to choose from. */
export const parseRecommendationRequest = (body: Uint8Array): Parsed<RecommendationRequest> => {
  const parsed = parseJsonBody(body, schema);
  if (!parsed.ok) return parsed;
  const { history, candidates, top_k: recommendationsMax } = parsed.value;
  return {
    ok: true,
    value: { history, candidates, recommendationsMax: recommendationsMax ?? undefined },
  };
};
