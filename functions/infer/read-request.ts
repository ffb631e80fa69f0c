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
import { readPrediction } from "./read-prediction.ts";

export type ReadRequest =
  | { readonly ok: true; readonly request: InferenceRequest }
  | { readonly ok: false; readonly refusal: Refusal };

type Parsed<Request> =
  | { readonly ok: true; readonly request: Request }
  | { readonly ok: false; readonly refusal: Refusal };

type Parse<Request> = (body: JsonObject, imageHosts: readonly string[]) => Parsed<Request>;

/** Reads the JSON object of a request; `imageHosts`: where images may be fetched from. */
type ReadJson = (body: JsonObject, imageHosts: readonly string[]) => Promise<ReadRequest>;

/** `load`: a route's schema is loaded with its first request. All of them together were a fifth of a cold start. */
const reader =
  <Request>(load: () => Promise<Parse<Request>>, task: (request: Request) => InferenceRequest): ReadJson =>
  async (body, imageHosts) => {
    const parse = await load();
    const parsed = parse(body, imageHosts);
    return parsed.ok ? { ok: true, request: task(parsed.request) } : parsed;
  };

/** The routes whose requests are JSON objects: how they are read, from a client or from a line of a batch. */
export const jsonRoutes = {
  "/v1/chat/completions": reader(
    async () => (await import("./chat-request-schema.ts")).parseChatRequest,
    chat,
  ),
  "/v1/completions": reader(
    async () => (await import("./completion-request-schema.ts")).parseCompletionRequest,
    completion,
  ),
  "/v1/embeddings": reader(
    async () => (await import("./embeddings-request-schema.ts")).parseEmbeddingsRequest,
    embeddings,
  ),
  "/v1/responses": reader(
    async () => (await import("./responses-request-schema.ts")).parseResponsesRequest,
    responses,
  ),
  "/v1/images/generations": reader(
    async () => (await import("./image-generation-request-schema.ts")).parseImageGenerationRequest,
    imageGeneration,
  ),
  "/v1/images/classifications": reader(
    async () => (await import("./image-classification-request-schema.ts")).parseImageClassificationRequest,
    imageClassification,
  ),
  "/v1/moderations": reader(
    async () => (await import("./moderation-request-schema.ts")).parseModerationRequest,
    moderation,
  ),
} as const;

const fromJson =
  (read: ReadJson) =>
  async (event: HttpEvent, imageHosts: readonly string[]): Promise<ReadRequest> => {
    const body = readJsonBody(event);
    return body.ok ? read(body.value, imageHosts) : body;
  };

/** How each route's requests are read; infra has the same routes. */
const routes: Readonly<
  Record<string, (event: HttpEvent, imageHosts: readonly string[]) => ReadRequest | Promise<ReadRequest>>
> = {
  ...Object.fromEntries(Object.entries(jsonRoutes).map(([route, read]) => [route, fromJson(read)])),
  "/v1/audio/transcriptions": async (event) =>
    (await import("./read-transcription.ts")).readTranscription(event),
  "/v1/models/{model}/predict": readPrediction,
};

/** Reads a request for the route it came by. `imageHosts`: where images may be fetched from. */
export const readRequest = async (event: HttpEvent, imageHosts: readonly string[]): Promise<ReadRequest> =>
  routes[event.resource]?.(event, imageHosts) ?? { ok: false, refusal: unknownUrl };

const unknownUrl: Refusal = {
  code: "unknown_url",
  message: "There is no such URL. GET /v1/models lists the models there are, with their tasks.",
};
