import { type JsonObject, isJsonObject, parseJsonObject } from "../../json.ts";
import { readCount } from "../model-usage.ts";
import { withPricedUsage } from "../priced-usage.ts";
import { type InferenceRequest, type WholeReading, unreadable } from "./inference-request.ts";
import { jsonPayload } from "./json-payload.ts";

/** A request to say what an image shows. */
export type ImageClassificationRequest = {
  readonly model: string;
  /** A data URL. */
  readonly image: string;
  /** The body as sent. */
  readonly fields: JsonObject;
};

/** An image in JSON to a classifier, and its labels back with their cost: metered in images, of which there is one. */
export const imageClassification = (request: ImageClassificationRequest): InferenceRequest => ({
  model: request.model,
  tasks: ["image-classification"],
  worstCase: () => ({ images: 1, requests: 1 }),
  payload: (_model, endpoint) => jsonPayload(undefined, request.fields, endpoint, { image: request.image }),
  read: ({ body }) => readPredictions(body),
});

const readPredictions = (bytes: Uint8Array): WholeReading => {
  const answer: ({ readonly predictions?: unknown; readonly usage?: unknown } & JsonObject) | undefined =
    parseJsonObject(new TextDecoder().decode(bytes));
  if (!answer || !Array.isArray(answer.predictions)) return unreadable;
  const said = isJsonObject(answer.usage) ? answer.usage : {};
  const reported = readCount(said["images"]);
  const images = reported ?? 1;
  return {
    ok: true,
    quantities: { images, requests: 1 },
    source: reported === undefined ? "counted" : "reported",
    render: withPricedUsage(answer, { ...said, images }),
  };
};
