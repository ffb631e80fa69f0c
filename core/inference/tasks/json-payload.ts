import type { ModelEndpoint } from "../../catalogue/model.ts";
import type { JsonObject } from "../../json.ts";
import type { ModelPayload } from "../ports.ts";
import { nameAt } from "./name-at.ts";

/** JSON to a model, for JSON: what the client said, with the model's name on its own server, and what Farebox says of it. */
export const jsonPayload = (
  operation: ModelPayload["operation"],
  fields: JsonObject,
  endpoint: ModelEndpoint,
  said: JsonObject = {},
): ModelPayload => ({
  ...(operation !== undefined && { operation }),
  contentType: "application/json",
  accept: "application/json",
  body: new TextEncoder().encode(
    JSON.stringify({
      ...fields,
      ...(typeof fields["model"] === "string" && { model: nameAt(endpoint, fields["model"]) }),
      ...said,
    }),
  ),
});
