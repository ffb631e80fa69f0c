import type { Principal } from "../../core/access/principal.ts";
import type { Model } from "../../core/catalogue/model.ts";
import { mayCall, pinOf } from "../../core/catalogue/model-name.ts";
import type { Refusal } from "../../core/inference/refusal.ts";
import { cachedCatalogue } from "../adapters/cached-catalogue.ts";
import { dynamoDb } from "../adapters/dynamodb/client.ts";
import { modelDocuments } from "../adapters/dynamodb/model-documents.ts";
import { environment } from "../contract.ts";
import { required } from "../environment.ts";
import { callerOf } from "../http/caller.ts";
import { buffered } from "../http/pipeline.ts";
import { json, refused } from "../http/response.ts";
import { systemClock } from "../system.ts";
import { showModel } from "./show-model.ts";

const documents = modelDocuments(dynamoDb(), required(environment.directoryTable));
const catalogue = cachedCatalogue(() => documents.list(), systemClock);

/** `GET /v1/models` and `GET /v1/models/{model}`: what this key may call, and what it costs. */
export const handler = buffered(async (event) => {
  const caller = callerOf(event);
  if (!caller.ok) return refused(caller.refusal);
  const name = event.pathParameters?.["model"];
  if (name === undefined) {
    const listed = await catalogue.list();
    const data = listed.filter((model) => isVisible(model, caller.principal)).map(showModel);
    return json(200, { object: "list", data });
  }
  const { model } = await catalogue.find(name);
  return model && isVisible(model, caller.principal) ? json(200, showModel(model)) : refused(notFound);
});

const isVisible = (model: Model, { models }: Principal): boolean => mayCall(models, pinOf(model), model);

const notFound: Refusal = {
  code: "model_not_found",
  message: "There is no such model for this API key. GET /v1/models lists the models there are.",
  param: "model",
};
