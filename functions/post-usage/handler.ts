import { leaseRules } from "../../core/admission/lease-rules.ts";
import { billingProfiles } from "../adapters/dynamodb/billing-profiles.ts";
import { cells } from "../adapters/dynamodb/cells.ts";
import { debits } from "../adapters/dynamodb/debits.ts";
import { dynamoDb } from "../adapters/dynamodb/client.ts";
import { leaseUsage } from "../adapters/dynamodb/lease-usage.ts";
import { ledger } from "../adapters/dynamodb/ledger.ts";
import { transfers } from "../adapters/dynamodb/transfers.ts";
import { environment } from "../contract.ts";
import { required } from "../environment.ts";
import { describeError, logError, logInfo } from "../http/log.ts";
import { type Context, scheduleEventSchema } from "../schedule-event.ts";
import { type PostingRunPorts, postEverybodysWallets } from "./post-everybodys-wallets.ts";

const client = dynamoDb();
const accounts = required(environment.accountsTable);

const ports: PostingRunPorts = {
  profiles: billingProfiles(client, required(environment.directoryTable)),
  cells: cells(client, accounts),
  transfers: transfers(client, accounts),
  debits: debits(client, accounts),
  usage: leaseUsage(client, required(environment.usageTable)),
  rules: leaseRules(),
  ledger: ledger(client, accounts),
  // It is deployed at home only.
  homeRegion: required("AWS_REGION"),
};

/** The longest that one customer may take, with many leases to close. */
const customerMsMax = 30_000;

/** Every hour, at home: what wallets paid becomes revenue in the ledger, and what has expired is taken out of them. Whatever a run leaves undone is done by the next. */
export const handler = async (event: unknown, context: Context): Promise<void> => {
  const { time } = scheduleEventSchema.parse(event);
  const run = await postEverybodysWallets(
    ports,
    time,
    () => context.getRemainingTimeInMillis() > customerMsMax,
    (customer, error) => logError("usage_not_posted", { customer, ...describeError(error) }),
  );
  logInfo("usage_posted", run);
  // Lambda tries again, and counts an error, besides the alarm on the log.
  if (run.failures > 0) throw new Error(`the usage of ${run.failures} customers could not be posted`);
};
