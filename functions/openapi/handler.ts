import { buffered } from "../http/pipeline.ts";
import { answerOpenApi } from "./answer-openapi.ts";
import document from "./openapi.json" with { type: "json" };

const answer = answerOpenApi(document);

/** `GET /v1/openapi.json`, without a key: the API's description, generated beforehand by `npm run docs`. */
export const handler = buffered(async (event) => answer(event));
