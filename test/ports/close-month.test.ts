import { afterAll, beforeAll, expect, test } from "vitest";
import { monthBounds } from "../../core/billing/invoice/billing-month.ts";
import type { BillingPorts } from "../../core/billing/invoice/billing-ports.ts";
import { closeMonth } from "../../core/billing/invoice/close-month.ts";
import { invoiceJson } from "../../core/billing/invoice/invoice-json.ts";
import { postUsage } from "../../core/billing/ledger/post-usage.ts";
import { loadPriceBook } from "../../core/catalogue/price-versions.ts";
import { after } from "../../core/time.ts";
import { cells } from "../../functions/adapters/dynamodb/cells.ts";
import { invoices } from "../../functions/adapters/dynamodb/invoices.ts";
import { ledger } from "../../functions/adapters/dynamodb/ledger.ts";
import { priceVersions } from "../../functions/adapters/dynamodb/price-versions.ts";
import { transfers } from "../../functions/adapters/dynamodb/transfers.ts";
import {
  at,
  memoryBilling,
  month,
  sampleCustomer,
  samplePriceVersion,
  sampleProfile,
  usageAt,
} from "../support/billing-samples.ts";
import { type TestDatabase, startTestDatabase } from "../support/dynoxide.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.stop());

const version = samplePriceVersion({ terms: [{ shape: "free-allowance", kind: "images", units: 3 }] });
const recorded = ["2026-01-10T00:00:00Z", "2026-01-20T05:00:00Z"].map((iso) => ({
  at: at(iso),
  total: usageAt(version, { inputTokens: 1_234_567, outputTokens: 89_101, images: 11 }),
}));

test("a month closed on DynamoDB, by two at once, is the one closed in memory, to the byte", async () => {
  const [directory, accounts] = [
    await database.createTable("directory"),
    await database.createTable("accounts"),
  ];
  const prices = priceVersions(database.dynamoDb, directory);
  await prices.add(version, undefined);
  const memory = memoryBilling(recorded, [version]);
  const dynamo: BillingPorts = {
    usage: memory.usage,
    prices: { book: () => loadPriceBook(prices) },
    ledger: ledger(database.dynamoDb, accounts),
    invoices: invoices(database.dynamoDb, accounts),
    wallet: {
      cells: cells(database.dynamoDb, accounts),
      transfers: transfers(database.dynamoDb, accounts),
      homeRegion: memory.wallet.homeRegion,
    },
  };
  const close = async (ports: BillingPorts) => {
    for (const { at: hour, total } of recorded)
      await postUsage(ports.ledger, {
        customer: sampleCustomer,
        cell: `cell-${hour}`,
        hour,
        spent: total.cost,
      });
    const now = after(monthBounds(month("2026-01"), sampleProfile.timeZone).until, 3_600_000);
    const closings = await Promise.all(
      [0, 1].map(() => closeMonth(ports, sampleProfile, month("2026-01"), now)),
    );
    return {
      documents: closings.map((closing) => closing.ok && closing.invoice && invoiceJson(closing.invoice)),
      book: await ports.ledger.book(sampleCustomer),
      register: await ports.invoices.register(sampleCustomer),
    };
  };
  const closed = await close(dynamo);
  expect(closed).toEqual(await close(memory));
  expect(closed.documents[0]).toContain('"number": "00000CVS-0001"');
});
