import { leaseRules } from "../../core/admission/lease-rules.ts";
import { billingProfiles } from "../adapters/dynamodb/billing-profiles.ts";
import { cells } from "../adapters/dynamodb/cells.ts";
import { dynamoDb } from "../adapters/dynamodb/client.ts";
import { leaseUsage } from "../adapters/dynamodb/lease-usage.ts";
import { transfers } from "../adapters/dynamodb/transfers.ts";
import { environment } from "../contract.ts";
import { required } from "../environment.ts";
import { describeError, logError, logInfo } from "../http/log.ts";
import { type Context, scheduleEventSchema } from "../schedule-event.ts";
import { randomBytes } from "../system.ts";
import { type RebalancingRunPorts, rebalanceEverybody } from "./rebalance-everybody.ts";

const client = dynamoDb();
const accounts = required(environment.accountsTable);

const ports: RebalancingRunPorts = {
  profiles: billingProfiles(client, required(environment.directoryTable)),
  cells: cells(client, accounts),
  transfers: transfers(client, accounts),
  usage: leaseUsage(client, required(environment.usageTable)),
  rules: leaseRules(),
  randomBytes,
  region: required("AWS_REGION"),
};

/** The longest that one customer may take, at a time when the tables are slow. */
const customerMsMax = 15_000;

/** Every five minutes, in every region: moves the money of wallets to those of their cells that need it. */
export const handler = async (event: unknown, context: Context): Promise<void> => {
  const { time } = scheduleEventSchema.parse(event);
  const run = await rebalanceEverybody(
    ports,
    time,
    () => context.getRemainingTimeInMillis() > customerMsMax,
    (customer, error) => logError("wallet_not_rebalanced", { customer, ...describeError(error) }),
  );
  logInfo("wallets_rebalanced", run);
  if (run.isCutShort) logError("rebalancing_cut_short", run);
  // Lambda tries again, and counts an error, besides the alarm on the log.
  if (run.failures > 0) throw new Error(`the wallets of ${run.failures} customers could not be rebalanced`);
};
