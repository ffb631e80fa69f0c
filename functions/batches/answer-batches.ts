import type { Principal } from "../../core/access/principal.ts";
import { batchNotFound, cancelBatch } from "../../core/batches/cancel-batch.ts";
import { createBatch } from "../../core/batches/create-batch.ts";
import { findBatch } from "../../core/batches/find-batch.ts";
import { listBatches } from "../../core/batches/list-batches.ts";
import type { BatchPorts } from "../../core/batches/ports.ts";
import { type BatchId, parseBatchId } from "../../core/identifiers.ts";
import type { Refusal } from "../../core/inference/refusal.ts";
import type { HttpEvent } from "../http/event.ts";
import { readJsonBody } from "../http/json-body.ts";
import { type Response, json, refused } from "../http/response.ts";
import { readBatchOrder } from "./read-batch-order.ts";
import { readBatchPage } from "./read-batch-page.ts";
import { showBatch } from "./show-batch.ts";

type AnswerRoute = (ports: BatchPorts) => (caller: Principal, event: HttpEvent) => Promise<Response>;

/** `POST /v1/batches` */
const create: AnswerRoute = (ports) => async (caller, event) => {
  const body = readJsonBody(event);
  if (!body.ok) return refused(body.refusal);
  const read = readBatchOrder(body.value);
  if (!read.ok) return refused(read.refusal);
  const created = await createBatch(ports)(caller.customer, caller.key, read.order);
  return created.ok ? json(200, showBatch(created.batch)) : refused(created.refusal);
};

/** `GET /v1/batches` */
const list: AnswerRoute = (ports) => async (caller, event) => {
  const read = readBatchPage(event.queryStringParameters);
  if (!read.ok) return refused(read.refusal);
  const { batches, hasMore } = await listBatches(ports)(caller.customer, read.page, ports.clock.now());
  return json(200, {
    object: "list",
    data: batches.map(showBatch),
    first_id: batches[0]?.id ?? null,
    last_id: batches.at(-1)?.id ?? null,
    has_more: hasMore,
  });
};

/** `GET /v1/batches/{id}` */
const show: AnswerRoute = (ports) => async (caller, event) => {
  const id = batchIdOf(event);
  const batch = id && (await findBatch(ports)(caller.customer, id, ports.clock.now()));
  return batch ? json(200, showBatch(batch)) : refused(batchNotFound);
};

/** `POST /v1/batches/{id}/cancel` */
const cancel: AnswerRoute = (ports) => async (caller, event) => {
  const id = batchIdOf(event);
  if (!id) return refused(batchNotFound);
  const cancelled = await cancelBatch(ports)(caller.customer, id, ports.clock.now());
  return cancelled.ok ? json(200, showBatch(cancelled.batch)) : refused(cancelled.refusal);
};

const batchIdOf = (event: HttpEvent): BatchId | undefined => parseBatchId(event.pathParameters?.["id"] ?? "");

const routes: Readonly<Record<string, AnswerRoute>> = {
  "POST /v1/batches": create,
  "GET /v1/batches": list,
  "GET /v1/batches/{id}": show,
  "POST /v1/batches/{id}/cancel": cancel,
};

/** Answers as the route says that API Gateway matched. */
export const answerBatches: AnswerRoute = (ports) => async (caller, event) => {
  const route = routes[`${event.httpMethod} ${event.resource}`];
  if (!route) throw new Error("API Gateway has a route that this function does not");
  return caller.scopes.includes("infer") ? route(ports)(caller, event) : refused(scopeMissing);
};

const scopeMissing: Refusal = {
  code: "scope_missing",
  message: "This API key may not use batches: it lacks the scope `infer`. Use a key issued for inference.",
};
