import { usageTotals } from "../../core/billing/counters-totals.ts";
import type { PriceBook } from "../../core/catalogue/price-book.ts";
import { loadPriceBook } from "../../core/catalogue/price-versions.ts";
import { billingProfiles } from "../adapters/dynamodb/billing-profiles.ts";
import { cells } from "../adapters/dynamodb/cells.ts";
import { dynamoDb } from "../adapters/dynamodb/client.ts";
import { dynamoDbCounters } from "../adapters/dynamodb/counters.ts";
import { customerRecords } from "../adapters/dynamodb/customer-records.ts";
import { invoices } from "../adapters/dynamodb/invoices.ts";
import { ledger } from "../adapters/dynamodb/ledger.ts";
import { priceVersions } from "../adapters/dynamodb/price-versions.ts";
import { transfers } from "../adapters/dynamodb/transfers.ts";
import { environment } from "../contract.ts";
import { required } from "../environment.ts";
import { describeError, logError, logInfo } from "../http/log.ts";
import { type Context, scheduleEventSchema } from "../schedule-event.ts";
import { type ClosingRunPorts, closeEverybodysMonths } from "./close-everybodys-months.ts";

const client = dynamoDb();
const directory = required(environment.directoryTable);
const accounts = required(environment.accountsTable);
const customers = customerRecords(client, directory);
const prices = priceVersions(client, directory);

const ports: Omit<ClosingRunPorts, "prices"> = {
  profiles: billingProfiles(client, directory),
  async openedAt(customer) {
    const record = await customers.find(customer);
    if (!record) throw new Error(`${customer} has a billing profile and no record`);
    return record.createdAt;
  },
  usage: usageTotals(dynamoDbCounters(client, accounts)),
  ledger: ledger(client, accounts),
  invoices: invoices(client, accounts),
  wallet: {
    cells: cells(client, accounts),
    transfers: transfers(client, accounts),
    // It is deployed at home only.
    homeRegion: required("AWS_REGION"),
  },
};

/** The longest that one customer may take, with years of months to catch up on. */
const customerMsMax = 60_000;

/** Every hour, at home: closes the months that are over. Whatever a run leaves undone is done by the next. */
export const handler = async (event: unknown, context: Context): Promise<void> => {
  const { time } = scheduleEventSchema.parse(event);
  // Once per run, and only if there is anything to price.
  let book: Promise<PriceBook> | undefined;
  const run = await closeEverybodysMonths(
    { ...ports, prices: { book: () => (book ??= loadPriceBook(prices)) } },
    time,
    () => context.getRemainingTimeInMillis() > customerMsMax,
    (customer, error) => logError("month_not_closed", { customer, ...describeError(error) }),
  );
  logInfo("months_closed", run);
  // Lambda tries again, and counts an error, besides the alarm on the log.
  if (run.failures > 0) throw new Error(`the months of ${run.failures} customers could not be closed`);
};
