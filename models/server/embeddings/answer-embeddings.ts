import type { Engine } from "../engine/engine.ts";
import { fail, refuse, type Answer } from "../http/answer.ts";
import { sendJson } from "../http/send-json.ts";
import { invalidRequest } from "../problem.ts";
import { parseEmbeddingsRequest } from "./embeddings-request.ts";
import { encodeVector } from "./encode-vector.ts";
import { shortenVector } from "./shorten-vector.ts";

/** POST /invocations of an embedding model: OpenAI embeddings. */
export const answerEmbeddings =
  (engine: Engine<"embeddings">, modelName: string): Answer =>
  async ({ body, response, signal }) => {
    const parsed = parseEmbeddingsRequest(body);
    if (!parsed.ok) return refuse(response, parsed.problem);
    const { inputs, encoding, dimensions } = parsed.value;
    for await (const event of engine.run({ inputs }, signal)) {
      if (event.type === "refused") return refuse(response, event.problem);
      if (event.type === "failed") return fail(response);
      const { vectors, promptTokens } = event;
      const size = vectors[0]?.length ?? 0;
      if (dimensions !== undefined && dimensions > size) {
        const message = `This model's embeddings have ${size} dimensions.`;
        return refuse(response, invalidRequest("invalid_value", message, "dimensions"));
      }
      sendJson(response, 200, {
        object: "list",
        data: vectors.map((vector, index) => ({
          object: "embedding",
          index,
          embedding: encodeVector(
            dimensions === undefined ? vector : shortenVector(vector, dimensions),
            encoding,
          ),
        })),
        model: modelName,
        usage: { prompt_tokens: promptTokens, total_tokens: promptTokens },
      });
      return { outcome: "completed", promptTokens };
    }
    return { outcome: "aborted" };
  };
