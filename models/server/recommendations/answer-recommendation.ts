import type { Engine } from "../engine/engine.ts";
import { fail, refuse, type Answer } from "../http/answer.ts";
import { sendJson } from "../http/send-json.ts";
import { parseRecommendationRequest } from "./recommendation-request.ts";

/** POST /invocations of a recommender: the candidates by how well they suit the history, best first, equal ones as they came. */
export const answerRecommendation =
  (engine: Engine<"recommendation">, modelName: string): Answer =>
  async ({ body, response, signal }) => {
    const parsed = parseRecommendationRequest(body);
    if (!parsed.ok) return refuse(response, parsed.problem);
    const { history, candidates, recommendationsMax } = parsed.value;
    for await (const event of engine.run({ history, candidates }, signal)) {
      if (event.type === "refused") return refuse(response, event.problem);
      if (event.type === "failed") return fail(response);
      const recommendations = candidates
        .map((title, index) => ({ title, index, score: event.scores[index] ?? 0 }))
        .toSorted((one, other) => other.score - one.score)
        .slice(0, recommendationsMax);
      sendJson(response, 200, { model: modelName, recommendations });
      return { outcome: "completed" };
    }
    return { outcome: "aborted" };
  };
