import type { JsonObject } from "../../core/json.ts";
import type { Refusal } from "../../core/inference/refusal.ts";
import { chat } from "../../core/inference/tasks/chat.ts";
import { completion } from "../../core/inference/tasks/completion.ts";
import { embeddings } from "../../core/inference/tasks/embeddings.ts";
import { imageClassification } from "../../core/inference/tasks/image-classification.ts";
import { imageGeneration } from "../../core/inference/tasks/image-generation.ts";
import { responses } from "../../core/inference/tasks/responses.ts";
import type { InferenceRequest } from "../../core/inference/tasks/inference-request.ts";
import { moderation } from "../../core/inference/tasks/moderation.ts";
import type { HttpEvent } from "../http/event.ts";
import { readJsonBody } from "../http/json-body.ts";
import { parseChatRequest } from "./chat-request-schema.ts";
import { parseCompletionRequest } from "./completion-request-schema.ts";
import { parseEmbeddingsRequest } from "./embeddings-request-schema.ts";
import { parseImageClassificationRequest } from "./image-classification-request-schema.ts";
import { parseImageGenerationRequest } from "./image-generation-request-schema.ts";
import { parseModerationRequest } from "./moderation-request-schema.ts";
import { parseResponsesRequest } from "./responses-request-schema.ts";
import { readPrediction } from "./read-prediction.ts";
import { readTranscription } from "./read-transcription.ts";

export type ReadRequest =
  | { readonly ok: true; readonly request: InferenceRequest }
  | { readonly ok: false; readonly refusal: Refusal };

type Parsed<Request> =
  | { readonly ok: true; readonly request: Request }
  | { readonly ok: false; readonly refusal: Refusal };

/** Reads the JSON object of a request; `imageHosts`: where images may be fetched from. */
type ReadJson = (body: JsonObject, imageHosts: readonly string[]) => ReadRequest;

const reader =
  <Request>(
    parse: (body: JsonObject, imageHosts: readonly string[]) => Parsed<Request>,
    task: (request: Request) => InferenceRequest,
  ): ReadJson =>
  (body, imageHosts) => {
    const parsed = parse(body, imageHosts);
    return parsed.ok ? { ok: true, request: task(parsed.request) } : parsed;
  };

/** The routes whose requests are JSON objects: how they are read, from a client or from a line of a batch. */
export const jsonRoutes = {
  "/v1/chat/completions": reader(parseChatRequest, chat),
  "/v1/completions": reader(parseCompletionRequest, completion),
  "/v1/embeddings": reader(parseEmbeddingsRequest, embeddings),
  "/v1/responses": reader(parseResponsesRequest, responses),
  "/v1/images/generations": reader(parseImageGenerationRequest, imageGeneration),
  "/v1/images/classifications": reader(parseImageClassificationRequest, imageClassification),
  "/v1/moderations": reader(parseModerationRequest, moderation),
} as const;

const fromJson =
  (read: ReadJson) =>
  (event: HttpEvent, imageHosts: readonly string[]): ReadRequest => {
    const body = readJsonBody(event);
    return body.ok ? read(body.value, imageHosts) : body;
  };

/** How each route's requests are read; infra has the same routes. */
const routes: Readonly<
  Record<string, (event: HttpEvent, imageHosts: readonly string[]) => ReadRequest | Promise<ReadRequest>>
> = {
  ...Object.fromEntries(Object.entries(jsonRoutes).map(([route, read]) => [route, fromJson(read)])),
  "/v1/audio/transcriptions": readTranscription,
  "/v1/models/{model}/predict": readPrediction,
};

/** Reads a request for the route it came by. `imageHosts`: where images may be fetched from. */
export const readRequest = async (event: HttpEvent, imageHosts: readonly string[]): Promise<ReadRequest> =>
  routes[event.resource]?.(event, imageHosts) ?? { ok: false, refusal: unknownUrl };

const unknownUrl: Refusal = {
  code: "unknown_url",
  message: "There is no such URL. GET /v1/models lists the models there are, with their tasks.",
};
