import type { Model } from "../../catalogue/model.ts";
import { type JsonObject, isJsonObject, parseJsonObject } from "../../json.ts";
import { withPricedUsage } from "../priced-usage.ts";
import type { Refusal } from "../refusal.ts";
import { type InferenceRequest, type WholeReading, unreadable } from "./inference-request.ts";
import { jsonPayload } from "./json-payload.ts";

/** A request for images, whose known fields have been validated; unknown ones travel along untouched. */
export type ImageGenerationRequest = {
  readonly model: string;
  readonly images: number;
  /** The body as sent. */
  readonly fields: JsonObject;
};

/** OpenAI's image generation, metered in images. They come in the answer: none are kept that a URL could lead to. */
export const imageGeneration = (request: ImageGenerationRequest): InferenceRequest => ({
  model: request.model,
  tasks: ["image-generation"],
  refuse: (model) => tooMany(request, model),
  worstCase: () => ({ images: request.images, requests: 1 }),
  payload: (_model, endpoint) =>
    jsonPayload("images/generations", request.fields, endpoint, {
      n: request.images,
      response_format: "b64_json",
    }),
  read: ({ body }) => readImages(body),
});

const tooMany = ({ images }: ImageGenerationRequest, { name, limits }: Model): Refusal | undefined => {
  const { imagesMax = 1 } = limits;
  return images > imagesMax
    ? {
        code: "output_limit_exceeded",
        message: `The model \`${name}\` makes at most ${imagesMax} images in one request: lower \`n\`.`,
        param: "n",
      }
    : undefined;
};

/** As many images as there are in the answer, each with its bytes. Where else they can be found is the model server's affair. */
const readImages = (bytes: Uint8Array): WholeReading => {
  const answer: ({ readonly data?: unknown; readonly usage?: unknown } & JsonObject) | undefined =
    parseJsonObject(new TextDecoder().decode(bytes));
  if (!answer || !Array.isArray(answer.data) || answer.data.length === 0) return unreadable;
  const images = answer.data.filter(isImage).map(withoutUrl);
  if (images.length < answer.data.length) return unreadable;
  const usage = { ...(isJsonObject(answer.usage) && answer.usage), images: images.length };
  return {
    ok: true,
    quantities: { images: images.length, requests: 1 },
    source: "counted",
    render: withPricedUsage({ ...answer, data: images }, usage),
  };
};

const withoutUrl = (image: { readonly url?: unknown } & JsonObject): JsonObject => {
  const { url: _, ...rest } = image;
  return rest;
};

const isImage = (item: unknown): item is { readonly url?: unknown } & JsonObject =>
  isJsonObject(item) && typeof item["b64_json"] === "string" && item["b64_json"] !== "";
