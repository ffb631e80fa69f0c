import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import type { Principal } from "../../../core/access/principal.ts";
import { draftInvoice } from "../../../core/billing/invoice/draft-invoice.ts";
import type { Invoice } from "../../../core/billing/invoice/invoice.ts";
import { invoiceCsv } from "../../../core/billing/invoice/invoice-csv.ts";
import { invoiceId } from "../../../core/billing/invoice/invoice-id.ts";
import { invoiceJson } from "../../../core/billing/invoice/invoice-json.ts";
import { customerId } from "../../../core/identifiers.ts";
import { zero } from "../../../core/money.ts";
import { answerInvoice } from "../../../functions/invoice/answer-invoice.ts";
import { month, sampleCustomer, sampleProfile } from "../../support/billing-samples.ts";
import { httpEvent, requestContext } from "../../support/http-event.ts";
import { memoryInvoices } from "../../support/memory-invoices.ts";
import { samplePrincipal, sampleUlid } from "../../support/samples.ts";

const caller: Principal = { ...samplePrincipal, scopes: ["billing:read"] };
const content = draftInvoice({ ...sampleProfile, terms: "prepaid" }, month("2026-01"), [], zero);
const issued: Invoice = { ...content, status: "issued", number: "00000CVS-0001" };

const get = async (
  id: string,
  {
    accept,
    principal = caller,
    invoice = issued,
  }: { accept?: string; principal?: Principal; invoice?: Invoice } = {},
) => {
  const invoices = memoryInvoices();
  const register = await invoices.register(sampleCustomer);
  await invoices.commit({ ...register, version: 1 }, { invoice });
  const event = httpEvent({
    requestContext: requestContext(principal),
    headers: accept === undefined ? null : { Accept: accept },
    pathParameters: { id },
  });
  const { statusCode, headers, body } = await answerInvoice(invoices, event);
  return { statusCode, headers, body: typeof body === "string" ? body : await text(body) };
};

const codeOf = (body: string): unknown => JSON.parse(body).error.code;

describe("an invoice", () => {
  test("is JSON, CSV or PDF by the ending of its URL, whatever the client accepts", async () => {
    for (const accept of [undefined, "*/*", "image/png", "text/csv"]) {
      const json = await get(`${issued.id}.json`, { ...(accept !== undefined && { accept }) });
      expect(json).toMatchObject({ statusCode: 200, headers: { "content-type": "application/json" } });
      expect(json.body).toBe(invoiceJson(issued));
      const csv = await get(`${issued.id}.csv`, { ...(accept !== undefined && { accept }) });
      expect(csv.body).toBe(invoiceCsv(issued));
      const pdf = await get(`${issued.id}.pdf`, { ...(accept !== undefined && { accept }) });
      expect(pdf.body.slice(0, 5)).toBe("%PDF-");
    }
  });

  test("is downloaded under the name of its number", async () => {
    expect((await get(`${issued.id}.csv`)).headers).toEqual({
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": 'attachment; filename="statement-00000CVS-0001.csv"',
    });
    expect((await get(`${issued.id}.pdf`)).headers).toEqual({
      "content-type": "application/pdf",
      "content-disposition": 'attachment; filename="statement-00000CVS-0001.pdf"',
    });
  });

  test.each([
    ["application/json", undefined],
    ["application/json", "*/*"],
    ["application/json", "image/png"],
    ["application/json", "application/pdf;q=0"],
    ["application/pdf", "application/pdf"],
    ["application/pdf", "text/html, Application/PDF;q=0.9, */*;q=0.1"],
    ["text/csv", "text/csv"],
    ["text/csv", "application/json;q=0.5, text/csv;q=0.8"],
  ])("without an ending is %s for a client that accepts %s", async (type, accept) => {
    const { headers } = await get(issued.id, { ...(accept !== undefined && { accept }) });
    expect(headers["content-type"]?.split(";")[0]).toBe(type);
  });

  test.each([
    ["of another customer", invoiceId(customerId(sampleUlid("THEM")), month("2026-01"))],
    ["of a month without one", invoiceId(sampleCustomer, month("2026-02"))],
    ["by no id", "latest"],
    ["by an ending alone", ".pdf"],
    ["by two endings", `${issued.id}.pdf.csv`],
  ])("%s is not found", async (_, id) => {
    const { statusCode, body } = await get(id);
    expect([statusCode, codeOf(body)]).toEqual([404, "invoice_not_found"]);
  });

  test("is not found by another customer, whose question looks among its own", async () => {
    const principal = { ...caller, customer: customerId(sampleUlid("THEM")) };
    expect((await get(`${issued.id}.pdf`, { principal })).statusCode).toBe(404);
  });

  test("is not found before it is issued", async () => {
    expect((await get(issued.id, { invoice: { ...content, status: "draft" } })).statusCode).toBe(404);
  });

  test("is refused to a key without the scope billing:read", async () => {
    const { statusCode, body } = await get(issued.id, { principal: { ...caller, scopes: ["infer"] } });
    expect([statusCode, codeOf(body)]).toEqual([403, "scope_missing"]);
  });
});
