import { balanceOf } from "../../core/admission/balance.ts";
import { walletPurse } from "../../core/admission/purse.ts";
import type { Refusal } from "../../core/inference/refusal.ts";
import { formatDollars } from "../../core/money.ts";
import { cells } from "../adapters/dynamodb/cells.ts";
import { dynamoDb } from "../adapters/dynamodb/client.ts";
import { leaseUsage } from "../adapters/dynamodb/lease-usage.ts";
import { environment } from "../contract.ts";
import { required } from "../environment.ts";
import { callerOf } from "../http/caller.ts";
import { buffered } from "../http/pipeline.ts";
import { json, refused } from "../http/response.ts";

const client = dynamoDb();
const ports = {
  cells: cells(client, required(environment.accountsTable)),
  usage: leaseUsage(client, required(environment.usageTable)),
};

/** `GET /v1/balance`: what is left of the caller's wallet, in exact decimal dollars, the last request included. */
export const handler = buffered(async (event) => {
  const caller = callerOf(event);
  if (!caller.ok) return refused(caller.refusal);
  const { customer, scopes } = caller.principal;
  if (!scopes.includes("billing:read")) return refused(scopeMissing);
  const balance = await balanceOf(ports, walletPurse(customer).id, required("AWS_REGION"));
  return json(200, {
    object: "balance",
    currency: "USD",
    credited: formatDollars(balance.credited),
    spent: formatDollars(balance.spent),
    remaining: formatDollars(balance.remaining),
    held: formatDollars(balance.held),
  });
});

const scopeMissing: Refusal = {
  code: "scope_missing",
  message: "This API key may not read the balance: it lacks the scope `billing:read`. Use a key that has it.",
};
