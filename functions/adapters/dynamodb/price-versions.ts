import * as z from "zod";
import { quantityKinds } from "../../../core/billing/quantities.ts";
import { currencies } from "../../../core/catalogue/currency.ts";
import { abortPolicies, failurePolicies } from "../../../core/catalogue/price.ts";
import { timelineOf } from "../../../core/catalogue/price-book.ts";
import { pricedServices } from "../../../core/catalogue/price-version.ts";
import type { PriceVersions } from "../../../core/catalogue/price-versions.ts";
import { parseCustomerId, parsePriceId } from "../../../core/identifiers.ts";
import { tableKeys } from "../../contract.ts";
import { parsedBy } from "../../parsed-by.ts";
import type { DynamoDb } from "./dynamo-db.ts";
import { plainMembers } from "./billing-plain.ts";
import { itemKey, readItem, writeItem } from "./item.ts";
import { isNew } from "./next-version.ts";
import { queryAll } from "./query-all.ts";
import { count, instant, money } from "./schemas.ts";
import { transact } from "./transact.ts";

const kind = z.enum(quantityKinds);
const tiers = z.array(z.object({ upTo: count.exactOptional(), unitPrice: money }));

const schema = z.object({
  price: z.object({
    id: parsedBy(parsePriceId),
    rates: z.partialRecord(kind, money),
    onAbort: z.enum(abortPolicies).exactOptional(),
    onFailure: z.enum(failurePolicies).exactOptional(),
    journalAbove: money.exactOptional(),
  }),
  model: z.string(),
  customer: parsedBy(parseCustomerId).exactOptional(),
  service: z.enum(pricedServices).exactOptional(),
  currency: z.enum(currencies),
  from: instant,
  until: instant.exactOptional(),
  terms: z.array(
    z.discriminatedUnion("shape", [
      z.object({ shape: z.enum(["graduated", "volume"]), kind, tiers }),
      z.object({ shape: z.literal("package"), kind, units: count, packagePrice: money }),
      z.object({ shape: z.literal("free-allowance"), kind, units: count }),
      z.object({ shape: z.literal("minimum-commit"), amount: money }),
    ]),
  ),
});

const partition = "PRICES";
const versionKey = (id: string): string => `VERSION#${id}`;

/** The directory table: one partition, an item per version and one per timeline that names its last version. */
export const priceVersions = (client: DynamoDb, table: string): PriceVersions => ({
  async list() {
    const items = await queryAll(client, table, partition, versionKey(""));
    return items.map((item) => schema.parse(readItem(item)));
  },
  async add(version, last) {
    const { price } = version;
    const endKey = itemKey(partition, `END#${timelineOf(version)}`);
    const TransactItems = [
      {
        Put: {
          TableName: table,
          Item: { ...itemKey(partition, versionKey(price.id)), ...writeItem(plainMembers(version)) },
          ...isNew,
        },
      },
      {
        Update: {
          TableName: table,
          Key: endKey,
          UpdateExpression: "SET #last = :id",
          ExpressionAttributeNames: { "#last": "last" },
          ConditionExpression: last ? "#last = :last" : `attribute_not_exists(${tableKeys.partition})`,
          ExpressionAttributeValues: { ":id": { S: price.id }, ...(last && { ":last": { S: last } }) },
        },
      },
    ];
    return (await transact(client, { TransactItems })).ok;
  },
});
