import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Principal } from "../../../core/access/principal.ts";
import { answerBatches } from "../../../functions/batches/answer-batches.ts";
import { answerContent } from "../../../functions/file-content/answer-content.ts";
import { answerFiles } from "../../../functions/files/answer-files.ts";
import type { HttpEvent } from "../../../functions/http/event.ts";
import type { StreamableResponse } from "../../../functions/http/response.ts";
import { answerInvoice } from "../../../functions/invoice/answer-invoice.ts";
import { answerInvoices } from "../../../functions/invoices/answer-invoices.ts";
import { answerUsage } from "../../../functions/usage/answer-usage.ts";
import { harmIn } from "../../support/attack/harm.ts";
import { hostileHeaders } from "../../support/attack/hostile-headers.ts";
import {
  corrupted,
  corruption,
  hostileText,
  mutatedJson,
  mutation,
} from "../../support/attack/hostile-json.ts";
import { formBoundary, formBody } from "../../support/attack/hostile-requests.ts";
import { batchWorld, linesOf } from "../../support/batch-world.ts";
import { httpEvent, requestContext } from "../../support/http-event.ts";
import { memoryCounters } from "../../support/memory-counters.ts";
import { memoryFileContents, memoryFileRecords } from "../../support/memory-files.ts";
import { memoryInvoices } from "../../support/memory-invoices.ts";
import { present } from "../../support/present.ts";
import { countingBytes, sampleNow, samplePrincipal, sampleUlid } from "../../support/samples.ts";

/** Files, batches, invoices and usage, attacked by their bodies, parameters and ids: refused, or harmless. */

const principal: Principal = { ...samplePrincipal, scopes: ["infer", "usage:read", "billing:read"] };
const { customer } = principal;
const contents = memoryFileContents();
const files = { records: memoryFileRecords(), contents, randomBytes: countingBytes() };
const { ports: batches, file: batchInput } = await batchWorld(linesOf(1));
const invoices = memoryInvoices();
const usage = { counters: memoryCounters(), clock: { now: () => sampleNow } };

const routes: Readonly<Record<string, (event: HttpEvent) => Promise<StreamableResponse>>> = {
  "POST /v1/files": async (event) => answerFiles(files)(customer, event, sampleNow),
  "GET /v1/files": async (event) => answerFiles(files)(customer, event, sampleNow),
  "GET /v1/files/{id}": async (event) => answerFiles(files)(customer, event, sampleNow),
  "DELETE /v1/files/{id}": async (event) => answerFiles(files)(customer, event, sampleNow),
  "GET /v1/files/{id}/content": async (event) => answerContent(files)(customer, event, sampleNow),
  "POST /v1/batches": async (event) => answerBatches(batches)(principal, event),
  "GET /v1/batches": async (event) => answerBatches(batches)(principal, event),
  "GET /v1/batches/{id}": async (event) => answerBatches(batches)(principal, event),
  "POST /v1/batches/{id}/cancel": async (event) => answerBatches(batches)(principal, event),
  "GET /v1/invoices": async (event) => answerInvoices(invoices, event),
  "GET /v1/invoices/{id}": async (event) => answerInvoice(invoices, event),
  "GET /v1/usage": async (event) => answerUsage(usage, event),
};

const call = async (route: string, change: Partial<HttpEvent>): Promise<number> => {
  const [httpMethod = "", resource = ""] = route.split(" ");
  const event = httpEvent({ requestContext: requestContext(principal), ...change, httpMethod, resource });
  const { statusCode, headers, body } = await present(routes[route])(event);
  const harm = harmIn({ status: statusCode, headers, body: typeof body === "string" ? body : "" });
  if (harm !== undefined) throw new Error(harm);
  return statusCode;
};

const valids = {
  form: { file: "requests", purpose: "batch" },
  announcement: { purpose: "batch", filename: "requests.jsonl", bytes: 100 },
  order: {
    input_file_id: batchInput.id,
    endpoint: "/v1/chat/completions",
    completion_window: "24h",
    metadata: { ticket: "7" },
  },
} as const;

const upload = fc.record({
  what: fc.constantFrom("form", "announcement", "order"),
  mutations: fc.array(mutation, { maxLength: 2 }),
  corruption,
  headers: hostileHeaders,
});

test("1,000 uploads and announcements of files, and orders of batches", async () => {
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(upload, async ({ what, mutations, corruption, headers }) => {
      const isForm = what === "form";
      const valid = valids[what];
      const json = mutatedJson(valid, mutations);
      const bytes = corrupted(isForm ? formBody(json) : json, corruption);
      const type = isForm ? `multipart/form-data; boundary=${formBoundary}` : "application/json";
      const status = await call(what === "order" ? "POST /v1/batches" : "POST /v1/files", {
        headers: { "Content-Type": type, ...headers },
        body: bytes.toString("base64"),
        isBase64Encoded: true,
      });
      accepted += status === 200 ? 1 : 0;
    }),
    { numRuns: 1000 },
  );
  expect(accepted).toBeGreaterThan(50);
});

const ulid = sampleUlid("X");
const id = fc.oneof(
  hostileText,
  fc.constantFrom(
    `file_${ulid}`,
    `file_${ulid.toLowerCase()}`,
    `inv_${ulid}_202601.pdf`,
    `inv_${ulid}_209913.csv`,
  ),
  fc.constantFrom(
    `inv_${ulid}_202601.pdf.pdf`,
    `req_${ulid}_${ulid}`,
    `batch_${ulid}`,
    `cus_${ulid}`,
    ".csv",
    ".json",
    "file_",
  ),
);

const parameter = fc.tuple(
  fc.constantFrom(
    "from",
    "to",
    "by",
    "group",
    "limit",
    "cursor",
    "after",
    "order",
    "purpose",
    "__proto__",
    "customer",
  ),
  fc.oneof(
    hostileText,
    fc.constantFrom(
      "hour",
      "day",
      "model",
      "model,key",
      "key,key",
      "asc",
      "batch",
      "1",
      "0",
      "-1",
      "1e3",
      "99999",
    ),
    fc.constantFrom(
      "2026-01-01",
      "2025-12-31T23:45:00Z",
      "2026-02-30",
      "2099-12-31",
      "2000-01-01",
      "2026-01-01T00:00:01Z",
    ),
    id,
  ),
);

const reading = fc.record({
  route: fc.constantFrom(
    ...Object.keys(routes).filter((route) => route.startsWith("GET") || route.includes("{")),
  ),
  id: fc.option(id, { nil: undefined }),
  parameters: fc.option(fc.array(parameter, { maxLength: 4 }).map(Object.fromEntries)),
  headers: hostileHeaders,
});

test("2,700 ids and parameters of what is on record", async () => {
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(reading, async ({ route, id, parameters, headers }) => {
      const pathParameters = id === undefined ? null : { id };
      statuses.add(
        await call(route, { pathParameters, queryStringParameters: parameters, headers, body: null }),
      );
    }),
    { numRuns: 2700 },
  );
  expect(statuses).toEqual(new Set([200, 400, 404]));
});
