import type { Quantities } from "../../billing/quantities.ts";
import type { QuantitySource } from "../../billing/usage-event.ts";
import type { Model } from "../../catalogue/model.ts";
import { type JsonObject, isJsonObject, parseJsonObject } from "../../json.ts";
import { readInputUsage } from "../model-usage.ts";
import { estimatedUsage, withPricedUsage } from "../priced-usage.ts";
import type { Refusal } from "../refusal.ts";
import { type InferenceRequest, type WholeReading, unreadable } from "./inference-request.ts";
import { jsonPayload } from "./json-payload.ts";
import { estimateInputs, inputTokensMax } from "./text-input.ts";

/** A request to judge content, whose known fields have been validated; unknown ones travel along untouched. */
export type ModerationRequest = {
  readonly model: string;
  readonly texts: readonly string[];
  /** Data URLs among the inputs. */
  readonly images: number;
  /** The body as sent. */
  readonly fields: JsonObject;
};

/** OpenAI's moderations: metered in what their price counts, be it tokens, characters, images or requests. */
export const moderation = (request: ModerationRequest): InferenceRequest => ({
  model: request.model,
  tasks: ["moderation"],
  refuse: (model) => (request.images > 0 ? refuseImages(model) : undefined),
  worstCase: ({ limits }) => ({
    ...counted(request),
    inputTokens: inputTokensMax(request.texts, limits) + request.images * limits.contextTokensMax,
  }),
  payload: (_model, endpoint) => jsonPayload("moderations", request.fields, endpoint),
  read: ({ body }, model) => readModeration(request, model, body),
});

/** A character is what Unicode calls a code point. */
const counted = ({ texts, images }: ModerationRequest): Quantities => ({
  characters: texts.reduce((sum, text) => sum + Array.from(text).length, 0),
  ...(images > 0 && { images }),
  requests: 1,
});

/** Where only characters are sold, an image would be judged for nothing. */
const refuseImages = ({ name, price }: Model): Refusal | undefined => {
  const { inputTokens, images, requests } = price?.rates ?? {};
  return inputTokens === undefined && images === undefined && requests === undefined
    ? {
        code: "invalid_request",
        message: `The model \`${name}\` is sold by the character: send texts, without images.`,
        param: "input",
      }
    : undefined;
};

/** An object with results is an answer. OpenAI's says nothing of usage; other servers' may. */
const readModeration = (request: ModerationRequest, model: Model, bytes: Uint8Array): WholeReading => {
  const answer: ({ readonly results?: unknown; readonly usage?: unknown } & JsonObject) | undefined =
    parseJsonObject(new TextDecoder().decode(bytes));
  if (!answer || !Array.isArray(answer.results) || answer.results.length === 0) return unreadable;
  const { quantities, source } = meteredBy(request, model, answer.usage);
  const { characters = 0 } = quantities;
  const usage =
    source === "reported" && isJsonObject(answer.usage)
      ? answer.usage
      : source === "estimated"
        ? estimatedUsage(quantities)
        : { characters };
  return {
    ok: true,
    quantities,
    source,
    render: withPricedUsage(answer, usage),
  };
};

/** Tokens as the model reports them. They are guessed only where they are sold: the rest we have counted ourselves. */
const meteredBy = (
  request: ModerationRequest,
  { price, limits }: Model,
  usage: unknown,
): { readonly quantities: Quantities; readonly source: QuantitySource } => {
  const rest = counted(request);
  const reported = readInputUsage(usage);
  if (reported) return { quantities: { ...rest, ...reported }, source: "reported" };
  if (price?.rates.inputTokens === undefined) return { quantities: rest, source: "counted" };
  const { inputTokens = 0 } = estimateInputs(request.texts);
  return {
    quantities: { ...rest, inputTokens: inputTokens + request.images * limits.contextTokensMax },
    source: "estimated",
  };
};
