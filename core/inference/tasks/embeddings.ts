import type { Quantities } from "../../billing/quantities.ts";
import type { ModelEndpoint, ModelLimits } from "../../catalogue/model.ts";
import { type JsonObject, isJsonObject, parseJsonObject } from "../../json.ts";
import { estimateTokens, readInputUsage } from "../model-usage.ts";
import type { ModelFailure } from "../ports.ts";
import { estimatedUsage, usageWithCost, withUsage } from "../priced-usage.ts";
import type { EmbeddingInput, EmbeddingsRequest } from "./embeddings-request.ts";
import { type InferenceRequest, type WholeReading, unreadable } from "./inference-request.ts";
import { dimensionsOf, readVectors, showVector } from "./vectors.ts";

/** OpenAI's embeddings: metered in input tokens. */
export const embeddings = (request: EmbeddingsRequest): InferenceRequest => ({
  model: request.model,
  tasks: ["embeddings"],
  worstCase: ({ limits }) => embeddingsWorstCase(request, limits),
  payload: (_model, endpoint) => ({
    operation: "embeddings",
    contentType: "application/json",
    accept: "application/json",
    body: outgoingBody(request, endpoint),
  }),
  read: ({ body }, { name }) => readEmbeddings(request, name, body),
});

/** What a tokenizer puts around every input: `[CLS]` and `[SEP]`, `</s>`; sometimes a word for what it is. */
const specialTokensPerInput = 8;

/**
 * The most an embeddings request can consume. A token covers at least one byte of a text, and every input fits the model's
 * context or is refused by the model.
 */
export const embeddingsWorstCase = (
  { inputs }: Pick<EmbeddingsRequest, "inputs">,
  { contextTokensMax }: Pick<ModelLimits, "contextTokensMax">,
): Quantities => ({
  inputTokens: inputs
    .map((input) => Math.min(sizeOf(input) + specialTokensPerInput, contextTokensMax))
    .reduce((sum, tokens) => sum + tokens, 0),
  requests: 1,
});

/** Bytes of a text, or tokens. */
const sizeOf = (input: EmbeddingInput): number =>
  typeof input === "string" ? new TextEncoder().encode(input).length : input.length;

const outgoingBody = ({ fields }: EmbeddingsRequest, endpoint: ModelEndpoint): Uint8Array =>
  new TextEncoder().encode(
    JSON.stringify({ ...fields, ...(endpoint.kind === "openai-server" && { model: endpoint.model }) }),
  );

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
  const quantities = reported ?? estimate(inputs);
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

const estimate = (inputs: readonly EmbeddingInput[]): Quantities => ({
  inputTokens: inputs
    .map((input) => (typeof input === "string" ? estimateTokens(sizeOf(input)) : input.length))
    .reduce((sum, tokens) => sum + tokens, 0),
  requests: 1,
});

const cannotShorten = (modelName: string, dimensions: number): ModelFailure => ({
  reason: "rejected",
  message: `The model \`${modelName}\` does not make vectors of ${dimensions} dimensions: leave \`dimensions\` out.`,
  param: "dimensions",
});
