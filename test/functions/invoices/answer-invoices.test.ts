import { describe, expect, test } from "vitest";
import type { Principal } from "../../../core/access/principal.ts";
import { draftInvoice } from "../../../core/billing/invoice/draft-invoice.ts";
import type { Invoice } from "../../../core/billing/invoice/invoice.ts";
import { zero } from "../../../core/money.ts";
import { answerInvoices } from "../../../functions/invoices/answer-invoices.ts";
import { httpEvent, requestContext } from "../../support/http-event.ts";
import { month, sampleCustomer, sampleProfile } from "../../support/billing-samples.ts";
import { samplePrincipal } from "../../support/samples.ts";

const caller: Principal = { ...samplePrincipal, scopes: ["billing:read"] };

const invoiceOf = (text: string): Invoice => ({
  ...draftInvoice(sampleProfile, month(text), [], zero),
  status: "issued",
  number: `N-${text}`,
});
const draft: Invoice = {
  ...draftInvoice(sampleProfile, month("2026-05"), [], zero),
  status: "draft",
};
const stored = ["2026-01", "2026-02", "2026-03", "2026-04"].map(invoiceOf).concat(draft);

const get = async (parameters: Readonly<Record<string, string>> | null, principal = caller) => {
  const invoices = { list: async (customer: string) => (customer === sampleCustomer ? stored : []) };
  const event = httpEvent({
    requestContext: requestContext(principal),
    queryStringParameters: parameters,
  });
  const { statusCode, body } = await answerInvoices(invoices, event);
  return { statusCode, body: JSON.parse(body) };
};

const monthsIn = (body: { readonly data: readonly { readonly month: string }[] }): readonly string[] =>
  body.data.map(({ month }) => month);

describe("a customer's invoices", () => {
  test("are listed with the latest first, without those that are not issued yet", async () => {
    const { statusCode, body } = await get(null);
    expect(statusCode).toBe(200);
    expect(monthsIn(body)).toEqual(["2026-04", "2026-03", "2026-02", "2026-01"]);
    expect(body).toMatchObject({ object: "list", has_more: false, next_cursor: null });
    expect(body.data[0]).toEqual({
      id: expect.stringMatching(/^inv_\w+_202604$/),
      object: "invoice",
      number: "N-2026-04",
      status: "issued",
      month: "2026-04",
      date: "2026-05-01",
      due_date: "2026-05-31",
      currency: "USD",
      totals: { total: "0.00", settled: "0.00", due: "0.00", credited: "0.00" },
    });
  });

  test("are read page by page, each once", async () => {
    const first = await get({ limit: "3" });
    expect(monthsIn(first.body)).toEqual(["2026-04", "2026-03", "2026-02"]);
    expect(first.body.has_more).toBe(true);
    const second = await get({ limit: "3", cursor: first.body.next_cursor });
    expect(monthsIn(second.body)).toEqual(["2026-01"]);
    expect(second.body).toMatchObject({ has_more: false, next_cursor: null });
  });

  test.each([
    ["limit", { limit: "0" }],
    ["limit", { limit: "101" }],
    ["limit", { limit: "1.5" }],
    ["limit", { limit: "" }],
    ["cursor", { cursor: "2026-01" }],
    [null, { page: "2" }],
  ])("with a bad %s are refused by its name", async (param, parameters: Record<string, string>) => {
    const { statusCode, body } = await get(parameters);
    expect([statusCode, body.error.code, body.error.param]).toEqual([400, "invalid_request", param]);
  });

  test("are nobody's who lacks the scope billing:read", async () => {
    const { statusCode, body } = await get(null, { ...caller, scopes: ["infer", "usage:read"] });
    expect([statusCode, body.error.code]).toEqual([403, "scope_missing"]);
  });
});
