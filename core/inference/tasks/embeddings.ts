import { type JsonObject, isJsonObject, parseJsonObject } from "../../json.ts";
import { readInputUsage } from "../model-usage.ts";
import type { ModelFailure } from "../ports.ts";
import { estimatedUsage, usageWithCost, withUsage } from "../priced-usage.ts";
import type { EmbeddingsRequest } from "./embeddings-request.ts";
import { type InferenceRequest, type WholeReading, unreadable } from "./inference-request.ts";
import { jsonPayload } from "./json-payload.ts";
import { estimateInputs, inputTokensMax } from "./text-input.ts";
import { dimensionsOf, readVectors, showVector } from "./vectors.ts";

/** OpenAI's embeddings: metered in input tokens. */
export const embeddings = (request: EmbeddingsRequest): InferenceRequest => ({
  model: request.model,
  tasks: ["embeddings"],
  worstCase: ({ limits }) => ({ inputTokens: inputTokensMax(request.inputs, limits), requests: 1 }),
  payload: (_model, endpoint) => jsonPayload("embeddings", request.fields, endpoint),
  read: ({ body }, { name }) => readEmbeddings(request, name, body),
});

/**
 * An answer has a vector for every input. Some servers know neither base64 nor `dimensions`, and ignore what they do not know.
 * Numbers are encoded here then; a vector is not shortened, because that makes sense only for models that were trained for it,
 * which is known where they are served.
 */
const readEmbeddings = (request: EmbeddingsRequest, modelName: string, bytes: Uint8Array): WholeReading => {
  const { inputs, encoding, dimensions } = request;
  const answer: ({ readonly data?: unknown; readonly usage?: unknown } & JsonObject) | undefined =
    parseJsonObject(new TextDecoder().decode(bytes));
  const vectors = answer && readVectors(answer.data, inputs.length, encoding);
  if (!vectors) return unreadable;
  if (dimensions !== undefined && vectors.some((vector) => dimensionsOf(vector) !== dimensions))
    return { ok: false, failure: cannotShorten(modelName, dimensions) };
  const reported = readInputUsage(answer.usage);
  const quantities = reported ?? estimateInputs(inputs);
  const shown = reported && isJsonObject(answer.usage) ? answer.usage : estimatedUsage(quantities);
  return {
    ok: true,
    quantities,
    source: reported ? "reported" : "estimated",
    render: (cost) => ({
      kind: "whole",
      body: withUsage(
        { ...answer, data: vectors.map((vector) => showVector(vector, encoding)) },
        usageWithCost(shown, cost),
      ),
    }),
  };
};

const cannotShorten = (modelName: string, dimensions: number): ModelFailure => ({
  reason: "rejected",
  message: `The model \`${modelName}\` does not make vectors of ${dimensions} dimensions: leave \`dimensions\` out.`,
  param: "dimensions",
});
