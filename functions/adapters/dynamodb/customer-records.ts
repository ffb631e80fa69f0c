import * as z from "zod";
import type { Customer } from "../../../core/access/customer.ts";
import { type CustomerId, parseCustomerId, parseProjectId } from "../../../core/identifiers.ts";
import { parsedBy } from "../../parsed-by.ts";
import type { DynamoDb } from "./dynamo-db.ts";
import { budgetRule, plainBudgetRule, plainRateLimit, rateLimit } from "./limits.ts";
import { itemKey, readItem, writeItem } from "./item.ts";
import { count, instant } from "./schemas.ts";

/** Customers by id, in the directory. */
export interface CustomerRecords {
  find(id: CustomerId): Promise<Customer | undefined>;
  put(customer: Customer): Promise<void>;
}

const schema = z.object({
  id: parsedBy(parseCustomerId),
  name: z.string(),
  timeZone: z.string(),
  walletShards: count,
  projectBudgets: z.record(parsedBy(parseProjectId), budgetRule).exactOptional(),
  rateLimit: rateLimit.exactOptional(),
  createdAt: instant,
});

const keyOf = (id: CustomerId) => itemKey(id, "CUSTOMER");

export const customerRecords = (client: DynamoDb, table: string): CustomerRecords => ({
  async find(id) {
    const { Item: item } = await client.getItem({ TableName: table, Key: keyOf(id) });
    return item && schema.parse(readItem(item));
  },
  async put({ projectBudgets, walletShards, rateLimit: rate, createdAt, ...rest }) {
    const budgets =
      projectBudgets &&
      Object.fromEntries(
        Object.entries(projectBudgets).map(([project, rule]) => [project, rule && plainBudgetRule(rule)]),
      );
    const item = writeItem({
      ...rest,
      walletShards: BigInt(walletShards),
      projectBudgets: budgets,
      rateLimit: rate && plainRateLimit(rate),
      createdAt: BigInt(createdAt),
    });
    await client.putItem({ TableName: table, Item: { ...keyOf(rest.id), ...item } });
  },
});
