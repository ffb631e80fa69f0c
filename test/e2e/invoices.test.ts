import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { usageTotals } from "../../core/billing/counters-totals.ts";
import { monthAt, monthBounds } from "../../core/billing/invoice/billing-month.ts";
import { isUsage } from "../../core/billing/invoice/charge.ts";
import type { Invoice } from "../../core/billing/invoice/invoice.ts";
import { invoiceJson } from "../../core/billing/invoice/invoice-json.ts";
import type { UsageEvent } from "../../core/billing/usage-event.ts";
import { loadPriceBook } from "../../core/catalogue/price-versions.ts";
import type { CustomerId } from "../../core/identifiers.ts";
import { type Money, add, formatCents, parseDollars, roundHalfEvenToCents, zero } from "../../core/money.ts";
import { after, epochMs } from "../../core/time.ts";
import { dynamoDbCounters } from "../../functions/adapters/dynamodb/counters.ts";
import { invoices } from "../../functions/adapters/dynamodb/invoices.ts";
import { priceVersions } from "../../functions/adapters/dynamodb/price-versions.ts";
import { invoicePdf } from "../../functions/adapters/pdf/invoice-pdf.ts";
import { invoiceListShape, invoiceShape } from "../../functions/openapi/describe/shapes.ts";
import { tableName } from "../../infra/constructs/table-name.ts";
import { present } from "../support/present.ts";
import { until } from "../support/until.ts";
import { type TestPlatform, billingProfileOf, rolledUp, sharedTestPlatform } from "./test-platform.ts";

/** What was used is what is invoiced, to the picodollar, and only its customer reads it. */

let platform: TestPlatform;
let dynamoDb: DynamoDB;
let customer: CustomerId;
let apiKey: string;
let events: readonly UsageEvent[];

const region = "us-east-1";
const timeZone = "Australia/Lord_Howe";
const accounts = tableName("e2e", "accounts");
const messages = [{ role: "user" as const, content: "hello" }];

beforeAll(async () => {
  platform = await sharedTestPlatform();
  dynamoDb = new DynamoDB(platform.platform.cloud.clientConfig(region));
  customer = await platform.customerWith("5");
  apiKey = await platform.issue({ customer, scopes: ["infer", "billing:read"] });
  await platform.platform.profiles.put(billingProfileOf(customer, { timeZone }));
  events = await platform.eventsOf(useSomething, 7);
  await counted();
});
afterAll(() => dynamoDb.destroy());

/** Three models at two prices, streams and whole answers, and one that reports more than it was allowed to use. */
const useSomething = async (): Promise<void> => {
  const client = platform.client(apiKey);
  const usage = { prompt_tokens: 17, completion_tokens: 1999 };
  const ask = (model: string, scripted: { readonly script: object }, tokens = 2048) =>
    client.chat.completions.create({ model, messages, max_tokens: tokens, ...scripted });
  const verbose = { script: { usage } };
  for (const model of ["scripted", "scripted-final", "scripted-final"]) await ask(model, verbose);
  await ask("scripted", verbose, 100);
  await ask("scripted-url", { script: { words: 5 } });
  for (const model of ["tiny-chat", "scripted"]) {
    const stream = await client.chat.completions.create({ model, messages, stream: true, max_tokens: 20 });
    for await (const _ of stream);
  }
};

const costOf = (counted: readonly { readonly cost: Money }[]): Money =>
  add(zero, ...counted.map(({ cost }) => cost));

const lastAdmission = () => epochMs(Math.max(...events.map(({ admittedAt }) => admittedAt)));

/** Waits until the stream of usage events has reached the counters. */
const counted = async (): Promise<void> => {
  const totals = usageTotals(dynamoDbCounters(dynamoDb, accounts));
  const from = epochMs(Math.min(...events.map(({ admittedAt }) => admittedAt)) - 3_600_000);
  const to = after(lastAdmission(), 3_600_000);
  await until(async () => costOf(await totals.between(customer, from, to)) === costOf(events));
};

/** Runs the deployed function as its schedule does, two hours after the month of the last request has ended. */
const closeMonths = async (): Promise<void> => {
  const { until } = monthBounds(monthAt(lastAdmission(), timeZone), timeZone);
  const time = new Date(after(until, 2 * 3_600_000)).toISOString();
  await platform.invoke("close-month", { source: "aws.events", time });
};

const stored = async (): Promise<readonly Invoice[]> => invoices(dynamoDb, accounts).list(customer);

/** Of the test's requests, which may have been made on both sides of a month's end. */
const lines = async () => (await stored()).flatMap(({ lines }) => lines);

const get = async (path: string, key = apiKey, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${platform.platform.baseUrl}/invoices${path}`, {
    headers: { authorization: `Bearer ${key}`, ...headers },
  });

describe("a month that is over", () => {
  test("is not closed by the hourly schedule before its time", async () => {
    const { schedules } = platform.platform.cloud;
    const rule = present(schedules.rules.find((name) => name.includes("CloseMonths")));
    expect(await schedules.fire(rule)).toEqual(["succeeded"]);
    expect(await stored()).toEqual([]);
  });

  test("is closed into lines that are what the requests cost, to the picodollar", async () => {
    const before = await platform.platform.balance(customer);
    await closeMonths();
    const usage = (await lines()).filter(isUsage);
    const models = new Set(events.map(({ model }) => model));
    expect(models).toEqual(new Set(["scripted", "scripted-final", "scripted-url", "tiny-chat"]));
    for (const model of models) {
      const ofModel = events.filter((event) => event.model === model);
      const invoiced = usage.filter((line) => line.model === model);
      expect(add(...invoiced.map(({ amount }) => amount)), model).toBe(costOf(ofModel));
      const tokens = invoiced.flatMap(({ subject }) =>
        subject.type === "usage" && subject.kind === "outputTokens" ? subject.quantity : [],
      );
      expect(sum(tokens), model).toBe(sum(ofModel.map(({ quantities }) => quantities.outputTokens ?? 0)));
      expect(new Set(invoiced.map(({ price }) => price))).toEqual(new Set(ofModel.map(({ price }) => price)));
    }
    expect(usage.map(({ subject }) => subject.type)).toContain("ceiling");
    for (const line of await lines()) expect(line.cents).toBe(roundHalfEvenToCents(line.amount));

    // The allowance of one model's price comes back, to be spent again.
    const credited = add(zero, ...(await stored()).map(({ totals }) => totals.credited));
    expect(credited > zero).toBe(true);
    const balance = await platform.platform.balance(customer);
    expect(balance.credited).toBe(add(before.credited, credited));
    expect(balance.remaining).toBe(add(before.remaining, credited));
  });

  test("is closed once, however often the function runs", async () => {
    const [documents, balance] = [await stored(), await platform.platform.balance(customer)];
    await Promise.all([closeMonths(), closeMonths()]);
    expect((await stored()).map(invoiceJson)).toEqual(documents.map(invoiceJson));
    expect(await platform.platform.balance(customer)).toEqual(balance);
  });
});

test("its invoice is what its archive, counters, cells and ledger say, to the picodollar", async () => {
  const time = new Date(after(lastAdmission(), 60 * 60_000)).toISOString();
  await platform.invoke("post-usage", { source: "aws.events", time });
  const months = new Set(events.map(({ admittedAt }) => monthAt(admittedAt, timeZone)));
  let invoiced = zero;
  for (const month of months) {
    let invoice: string | undefined;
    const audited = async () => {
      const { ok, report } = await platform.audit({ customer, month });
      const { archive, counters, cells, ledger } = report.totals;
      ({ invoice } = report.totals);
      return { ok, sums: new Set([archive, counters, cells, ledger, invoice]).size };
    };
    await expect.poll(audited, rolledUp).toEqual({ ok: true, sums: 1 });
    invoiced = add(invoiced, present(parseDollars(present(invoice))));
  }
  expect(invoiced).toBe(costOf(events));
});

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

describe("its customer", () => {
  const latest = async (): Promise<Invoice> => present((await stored()).at(-1));

  test("finds it in the list", async () => {
    const { data, has_more: hasMore, ...rest } = JSON.parse(await (await get("")).text());
    expect(invoiceListShape.safeParse({ data, has_more: hasMore, ...rest }).error).toBeUndefined();
    expect(data.map(({ id }: { id: string }) => id)).toEqual(
      (await stored()).map(({ id }) => id).toReversed(),
    );
    const { totals } = await latest();
    expect(data[0]).toMatchObject({ object: "statement", totals: { total: formatCents(totals.total) } });
    expect(hasMore).toBe(false);
  });

  test("reads it as JSON", async () => {
    const invoice = await latest();
    const response = await get(`/${invoice.id}`);
    expect(response.headers.get("content-type")).toBe("application/json");
    const text = await response.text();
    expect(text).toBe(invoiceJson(invoice));
    expect(invoiceShape.safeParse(JSON.parse(text)).error).toBeUndefined();
  });

  test("downloads it as CSV, whose amounts add up to its total", async () => {
    const { id, totals } = await latest();
    const response = await get(`/${id}.csv`);
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(response.headers.get("content-disposition")).toMatch(/^attachment; filename="statement-.+\.csv"$/);
    const [columns = [], ...rows] = (await response.text())
      .trimEnd()
      .split("\r\n")
      .map((row) => row.split(","));
    const cents = rows.map((row) => Math.round(Number(row[columns.indexOf("amount")]) * 100));
    expect((sum(cents) / 100).toFixed(2)).toBe(formatCents(totals.total));
  });

  test.each([
    ["by its ending", ".pdf", undefined],
    ["by its ending, for a client that accepts anything", ".pdf", "*/*"],
    ["by the Accept header", "", "application/pdf"],
  ])("downloads it as PDF %s, as the bytes that they are", async (_, ending, accept) => {
    const invoice = await latest();
    const response = await get(`/${invoice.id}${ending}`, apiKey, accept === undefined ? {} : { accept });
    expect(response.headers.get("content-type")).toBe("application/pdf");
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.equals(Buffer.from(await invoicePdf(invoice)))).toBe(true);
  });

  test("is the only one who does: to others it does not exist", async () => {
    const { id } = await latest();
    const stranger = await platform.issue({ scopes: ["billing:read"] });
    for (const ending of ["", ".csv", ".pdf"]) {
      const response = await get(`/${id}${ending}`, stranger);
      expect([response.status, JSON.parse(await response.text()).error.code]).toEqual([
        404,
        "invoice_not_found",
      ]);
    }
    expect(JSON.parse(await (await get("", stranger)).text())).toMatchObject({ data: [] });
    const withoutScope = await platform.issue({ customer, scopes: ["infer", "usage:read"] });
    for (const path of ["", `/${id}`]) expect((await get(path, withoutScope)).status).toBe(403);
  });
});

test("every model is sold at a price that the price book has, under the same id", async () => {
  const { versions } = await loadPriceBook(priceVersions(dynamoDb, tableName("e2e", "directory")));
  const models = await platform.documents.list();
  expect(models.length).toBeGreaterThan(4);
  for (const { name, price } of models)
    expect(versions.get(present(price).id)).toMatchObject({ model: name, price });
});

test("no function was denied anything it needs", () => {
  expect(platform.platform.cloud.denials()).toEqual([]);
});
