import { describe, expect, test } from "vitest";
import type { Principal } from "../../../core/access/principal.ts";
import { customerId } from "../../../core/identifiers.ts";
import { answerBatches } from "../../../functions/batches/answer-batches.ts";
import type { HttpEvent } from "../../../functions/http/event.ts";
import { batchWorld, linesOf } from "../../support/batch-world.ts";
import { httpEvent } from "../../support/http-event.ts";
import { samplePrincipal, sampleUlid } from "../../support/samples.ts";

const world = await batchWorld(linesOf(3));
const { batch, file } = world;

const ask = async (change: Partial<HttpEvent>, caller: Principal = samplePrincipal) => {
  const { statusCode, body } = await answerBatches(world.ports)(caller, httpEvent(change));
  return { status: statusCode, body: JSON.parse(body) };
};

const order = { input_file_id: file.id, endpoint: "/v1/chat/completions", completion_window: "24h" };
const create = (body: object, caller?: Principal) =>
  ask(
    {
      httpMethod: "POST",
      resource: "/v1/batches",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    },
    caller,
  );
const show = (id: string, caller?: Principal) =>
  ask({ httpMethod: "GET", resource: "/v1/batches/{id}", pathParameters: { id } }, caller);
const cancel = (id: string, caller?: Principal) =>
  ask({ httpMethod: "POST", resource: "/v1/batches/{id}/cancel", pathParameters: { id } }, caller);
const list = (queryStringParameters: HttpEvent["queryStringParameters"], caller?: Principal) =>
  ask({ httpMethod: "GET", resource: "/v1/batches", queryStringParameters }, caller);

const stranger: Principal = { ...samplePrincipal, customer: customerId(sampleUlid("5TR")) };

test("a batch shows its counts and its files once they are there", async () => {
  expect((await show(batch.id)).body).toMatchObject({
    status: "validating",
    output_file_id: null,
    request_counts: { total: 0, completed: 0, failed: 0 },
  });
  await world.drain();
  const shown = (await show(batch.id)).body;
  expect(shown).toMatchObject({
    object: "batch",
    status: "completed",
    errors: null,
    error_file_id: null,
    expires_at: shown.created_at + 24 * 3600,
    request_counts: { total: 3, completed: 3, failed: 0 },
  });
  expect(shown.output_file_id).toMatch(/^file_/);
  // The results of a batch are no input for another.
  expect(await create({ ...order, input_file_id: shown.output_file_id })).toMatchObject({
    status: 400,
    body: { error: { param: "input_file_id" } },
  });
});

describe("an order that makes no sense is refused, by its field", () => {
  test.each([
    ["input_file_id", { input_file_id: 5 }, 400, "invalid_request"],
    ["input_file_id", { input_file_id: `file_${sampleUlid("N0NE")}` }, 404, "file_not_found"],
    ["endpoint", { endpoint: "/v1/models" }, 400, "invalid_request"],
    ["completion_window", { completion_window: "1h" }, 400, "invalid_request"],
    ["metadata", { metadata: { a: 1 } }, 400, "invalid_request"],
    ["metadata", { metadata: { a: "x".repeat(513) } }, 400, "invalid_request"],
    ["metadata", { metadata: [] }, 400, "invalid_request"],
    [null, { priority: "high" }, 400, "invalid_request"],
  ])("%s as in %j", async (param, change, status, code) => {
    expect(await create({ ...order, ...change })).toMatchObject({ status, body: { error: { code, param } } });
  });
});

test("pages go on where they are asked to, newest first", async () => {
  for (let count = 0; count < 2; count++) expect((await create(order)).status).toBe(200);
  const first = (await list({ limit: "2" })).body;
  expect(first).toMatchObject({ object: "list", has_more: true, data: [{}, {}] });
  const rest = (await list({ limit: "2", after: first.last_id })).body;
  expect(rest).toMatchObject({ has_more: false, last_id: batch.id });
  expect((await list({ limit: "0" })).body.error.param).toBe("limit");
  expect((await list({ after: "x" })).body.error.param).toBe("after");
  expect((await list({ order: "asc" })).status).toBe(400);
});

test("another customer's batch is as unknown as one that never was", async () => {
  const unknown = { status: 404, body: { error: { code: "batch_not_found" } } };
  for (const id of [batch.id, `batch_${sampleUlid("N0NE")}`, "x"]) {
    expect(await show(id, stranger)).toMatchObject(unknown);
    expect(await cancel(id, stranger)).toMatchObject(unknown);
  }
  expect((await list({}, stranger)).body.data).toEqual([]);
  expect(await create(order, stranger)).toMatchObject({
    status: 404,
    body: { error: { code: "file_not_found" } },
  });
});

test("a key that may not call models may not have batches call them", async () => {
  const reader: Principal = { ...samplePrincipal, scopes: ["usage:read"] };
  for (const answer of [await show(batch.id, reader), await create(order, reader), await list({}, reader)])
    expect(answer).toMatchObject({ status: 403, body: { error: { code: "scope_missing" } } });
});
