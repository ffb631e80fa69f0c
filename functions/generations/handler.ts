import { parseRequestId } from "../../core/identifiers.ts";
import type { Refusal } from "../../core/inference/refusal.ts";
import { dynamoDb } from "../adapters/dynamodb/client.ts";
import { usageEventTable } from "../adapters/dynamodb/usage-events.ts";
import { environment } from "../contract.ts";
import { required } from "../environment.ts";
import { callerOf } from "../http/caller.ts";
import { buffered } from "../http/pipeline.ts";
import { jsonText, refused } from "../http/response.ts";
import { showGeneration } from "./show-generation.ts";

const usage = usageEventTable(dynamoDb(), required(environment.usageTable));

/** `GET /v1/generations/{id}`: what one request consumed and cost. Another customer's is as unknown as none at all. */
export const handler = buffered(async (event) => {
  const caller = callerOf(event);
  if (!caller.ok) return refused(caller.refusal);
  const id = parseRequestId(event.pathParameters?.["id"] ?? "");
  const found = id && (await usage.find(id));
  return found && found.customer === caller.principal.customer
    ? jsonText(200, showGeneration(found))
    : refused(notFound);
});

const notFound: Refusal = {
  code: "generation_not_found",
  message:
    "There is no such generation. Its id is the `x-request-id` header of an answer, starting with req_.",
  param: "id",
};
