import type { Quantities } from "../../billing/quantities.ts";
import type { QuantitySource } from "../../billing/usage-event.ts";
import type { Model } from "../../catalogue/model.ts";
import { isJsonObject, parseJsonObject } from "../../json.ts";
import { readCount } from "../model-usage.ts";
import type { WholeReply } from "../ports.ts";
import type { InferenceRequest } from "./inference-request.ts";

/** A request that its model reads by itself: bytes of a type, from which another type is wanted. */
export type PredictionRequest = {
  readonly model: string;
  readonly contentType: string;
  readonly accept: string;
  readonly body: Uint8Array;
};

/** Whatever a model takes and answers, passed through as it is: metered in requests, and in images where a model sees them. */
export const prediction = (request: PredictionRequest): InferenceRequest => ({
  model: request.model,
  tasks: ["image-classification", "recommendation", "prediction"],
  worstCase: (model) => quantitiesOf(imagesMaxOf(model)),
  payload: () => ({ contentType: request.contentType, accept: request.accept, body: request.body }),
  read: (reply, model) => ({
    ok: true,
    ...meteredBy(reply, model),
    render: (cost) => ({
      kind: "raw",
      contentType: reply.contentType ?? "application/octet-stream",
      body: reply.body,
      cost,
    }),
  }),
});

/** Zero for a model that sees none. */
const imagesMaxOf = ({ task, limits }: Model): number =>
  task === "image-classification" ? (limits.imagesMax ?? 1) : 0;

const quantitiesOf = (images: number): Quantities => ({ ...(images > 0 && { images }), requests: 1 });

/** An answer in JSON may say how many images it was about: `usage.images`. One that does not was about one. */
const meteredBy = (
  { body, contentType = "" }: WholeReply,
  model: Model,
): { readonly quantities: Quantities; readonly source: QuantitySource } => {
  if (imagesMaxOf(model) === 0) return { quantities: quantitiesOf(0), source: "counted" };
  const usage = /^application\/json\b/i.test(contentType)
    ? parseJsonObject(new TextDecoder().decode(body))?.["usage"]
    : undefined;
  const reported = isJsonObject(usage) ? readCount(usage["images"]) : undefined;
  return reported === undefined
    ? { quantities: quantitiesOf(1), source: "counted" }
    : { quantities: quantitiesOf(reported), source: "reported" };
};
