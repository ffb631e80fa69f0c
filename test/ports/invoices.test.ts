import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseCreditNoteId } from "../../core/billing/invoice/credit-note.ts";
import type { CreditNote } from "../../core/billing/invoice/credit-note.ts";
import { draftInvoice } from "../../core/billing/invoice/draft-invoice.ts";
import type { Invoice } from "../../core/billing/invoice/invoice.ts";
import { invoiceId } from "../../core/billing/invoice/invoice-id.ts";
import { type Invoices, emptyRegister } from "../../core/billing/invoice/invoices.ts";
import { type CustomerId, customerId, newUlid } from "../../core/identifiers.ts";
import { picodollars } from "../../core/money.ts";
import { after } from "../../core/time.ts";
import { invoices } from "../../functions/adapters/dynamodb/invoices.ts";
import { month, samplePriceVersion, sampleProfile } from "../support/billing-samples.ts";
import { type TestDatabase, startTestDatabase } from "../support/dynoxide.ts";
import { memoryInvoices } from "../support/memory-invoices.ts";
import { present } from "../support/present.ts";
import { countingBytes, sampleNow } from "../support/samples.ts";

let database: TestDatabase;
let table: string;
beforeAll(async () => {
  database = await startTestDatabase();
  table = await database.createTable("accounts");
});
afterAll(() => database.stop());

const bytes = countingBytes();
const newCustomer = (): CustomerId => customerId(newUlid(sampleNow, bytes));
const price = samplePriceVersion().price.id;

const draftOf = (customer: CustomerId, text: string): Invoice => ({
  ...draftInvoice(
    { ...sampleProfile, customer },
    month(text),
    [
      {
        month: month(text),
        model: "sample-chat",
        price,
        subject: { type: "usage", kind: "images", quantity: -3, unitPrice: picodollars(5n) },
        amount: picodollars(-15n),
      },
      {
        month: month(text),
        model: "sample-chat",
        price,
        subject: { type: "ceiling" },
        amount: picodollars(-1n),
      },
      {
        month: month(text),
        model: "sample-chat",
        price,
        subject: { type: "volume", kind: "gpuSeconds" },
        amount: picodollars(10n ** 20n + 7n),
      },
      {
        month: month(text),
        model: "sample-chat",
        price,
        subject: { type: "minimum-commit" },
        amount: picodollars(9n),
      },
    ],
    picodollars(3n),
  ),
  status: "draft",
});

const noteOf = (invoice: Invoice, name: string, ordinal: number): CreditNote => ({
  id: present(parseCreditNoteId(`crn_${name}`)),
  number: `${ordinal}`,
  customer: invoice.customer,
  invoice: invoice.id,
  invoiceNumber: "1",
  date: "2026-02-03",
  issuedAt: after(sampleNow, ordinal),
  reason: 'an outage, "sorry" – 😀',
  amount: picodollars(10n),
  offDue: picodollars(4n),
  toBalance: picodollars(6n),
});

describe.each<[string, () => Invoices]>([
  ["memory", memoryInvoices],
  ["DynamoDB", () => invoices(database.dynamoDb, table)],
])("invoices in %s", (_, open) => {
  test("an unknown customer has an empty register and no invoices", async () => {
    const customer = newCustomer();
    expect(await open().register(customer)).toEqual(emptyRegister(customer));
    expect(await open().list(customer)).toEqual([]);
    expect(await open().find(customer, invoiceId(customer, month("2026-01")))).toBeUndefined();
  });

  test("an invoice reads back as it was in each of its states", async () => {
    const store = open();
    const customer = newCustomer();
    const draft = draftOf(customer, "2026-01");
    const states: readonly Invoice[] = [
      draft,
      { ...draft, status: "issued", number: "1" },
      { ...draft, status: "paid", number: "1", paidAt: sampleNow },
      { ...draft, status: "void", number: "1", voidedAt: sampleNow, reason: "wrong" },
    ];
    for (const [index, invoice] of states.entries()) {
      const next = {
        ...(await store.register(customer)),
        version: index + 1,
        creditCarried: picodollars(-7n),
      };
      expect(await store.commit(next, { invoice })).toBe(true);
      expect(await store.find(customer, draft.id)).toStrictEqual(invoice);
      expect(await store.register(customer)).toStrictEqual(next);
    }
    expect(await store.list(customer)).toHaveLength(1);
  });

  test("what is not made from the stored register is refused, document and all", async () => {
    const store = open();
    const customer = newCustomer();
    const first = { ...emptyRegister(customer), version: 1, closedThrough: month("2026-01") };
    expect(await store.commit(first, { nothing: true })).toBe(true);
    const invoice = draftOf(customer, "2026-02");
    for (const version of [1, 3]) expect(await store.commit({ ...first, version }, { invoice })).toBe(false);
    expect(await store.find(customer, invoice.id)).toBeUndefined();
    expect(await store.register(customer)).toStrictEqual(first);
  });

  test("of many writers at once one wins", async () => {
    const store = open();
    const customer = newCustomer();
    const next = { ...emptyRegister(customer), version: 1 };
    const wins = await Promise.all(
      ["2026-01", "2026-02", "2026-03", "2026-04"].map((text) =>
        store.commit(next, { invoice: draftOf(customer, text) }),
      ),
    );
    expect(wins.filter(Boolean)).toHaveLength(1);
    expect(await store.list(customer)).toHaveLength(1);
  });

  test("invoices are listed by month, credit notes by number; nobody sees another's", async () => {
    const store = open();
    const [customer, other] = [newCustomer(), newCustomer()];
    let version = 0;
    for (const text of ["2026-02", "2025-12", "2026-01"]) {
      version += 1;
      await store.commit({ ...emptyRegister(customer), version }, { invoice: draftOf(customer, text) });
    }
    const listed = await store.list(customer);
    expect(listed.map(({ month }) => month)).toEqual(["2025-12", "2026-01", "2026-02"]);
    const invoice = present(listed[1]);
    const notes = [noteOf(invoice, "Z", 1), noteOf(invoice, "A", 2)];
    for (const creditNote of notes) {
      version += 1;
      await store.commit({ ...emptyRegister(customer), version }, { creditNote });
    }
    expect(await store.creditNotes(customer, invoice.id)).toStrictEqual(notes);
    expect(await store.creditNotes(customer, present(listed[0]).id)).toEqual([]);
    expect(await store.list(other)).toEqual([]);
    expect(await store.find(other, invoice.id)).toBeUndefined();
    expect(await store.creditNotes(other, invoice.id)).toEqual([]);
  });
});
