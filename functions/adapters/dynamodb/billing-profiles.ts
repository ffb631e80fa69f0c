import * as z from "zod";
import { type BillingProfile, billingTerms } from "../../../core/billing/invoice/billing-profile.ts";
import { currencies } from "../../../core/catalogue/currency.ts";
import { type CustomerId, parseCustomerId } from "../../../core/identifiers.ts";
import { parsedBy } from "../../parsed-by.ts";
import type { DynamoDb } from "./dynamo-db.ts";
import { plainMembers } from "./billing-plain.ts";
import { partySchema } from "./invoice-schemas.ts";
import { itemKey, readItem, writeItem } from "./item.ts";
import { queryRange } from "./query-range.ts";
import { count } from "./schemas.ts";

/** How each customer is billed. */
export interface BillingProfiles {
  find(customer: CustomerId): Promise<BillingProfile | undefined>;
  /** Everybody's, in the order of the customers' ids. */
  list(): AsyncIterable<BillingProfile>;
  put(profile: BillingProfile): Promise<void>;
}

const schema = z.object({
  customer: parsedBy(parseCustomerId),
  terms: z.enum(billingTerms),
  timeZone: z.string(),
  currency: z.enum(currencies),
  buyer: partySchema,
  seller: partySchema,
  paymentDays: count,
});

const partition = "BILLING";
const keyOf = (customer: CustomerId) => itemKey(partition, customer);
const everyCustomer = { from: "cus_", before: "cus_~" };

/** The directory table: one partition, an item per customer, so that whoever closes months finds everybody by a query. */
export const billingProfiles = (client: DynamoDb, table: string): BillingProfiles => ({
  async find(customer) {
    const { Item: item } = await client.getItem({
      TableName: table,
      Key: keyOf(customer),
      ConsistentRead: true,
    });
    return item && schema.parse(readItem(item));
  },
  async *list() {
    for await (const item of queryRange(client, table, partition, everyCustomer))
      yield schema.parse(readItem(item));
  },
  async put(profile) {
    const item = { ...keyOf(profile.customer), ...writeItem(plainMembers(profile)) };
    await client.putItem({ TableName: table, Item: item });
  },
});
