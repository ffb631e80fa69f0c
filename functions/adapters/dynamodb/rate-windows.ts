import type { UpdateItemCommandInput } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import { type RateUse, type RateWindows, rateKinds, windowMs } from "../../../core/admission/rate-window.ts";
import { expiryAttribute } from "../../contract.ts";
import { type DynamoDb, isConditionFailed } from "./dynamo-db.ts";
import { type Item, itemKey, readItem, writeItem } from "./item.ts";
import { count } from "./schemas.ts";

const schema = z.object({ requests: count, tokens: count });

const unused: RateUse = { requests: 0, tokens: 0 };

const readUse = (item: Item | undefined): RateUse => (item ? schema.parse(readItem(item)) : unused);

/** Rate windows: partition = subject, sort = `RATE#<region>#<start>`. Time to live removes them after their minute. */
export const rateWindows = (client: DynamoDb, table: string): RateWindows => ({
  async count({ subject, region, startsAt }, use, limit) {
    const rooms = rateKinds.flatMap((kind) => {
      const most = limit[kind];
      return most === undefined ? [] : [{ kind, room: BigInt(most - use[kind]) }];
    });
    const input = {
      TableName: table,
      Key: itemKey(subject, `RATE#${region}#${startsAt}`),
      UpdateExpression: "SET #expiry = :expiry ADD requests :requests, tokens :tokens",
      ExpressionAttributeNames: { "#expiry": expiryAttribute },
      ...(rooms.length > 0 && {
        ConditionExpression: rooms
          // A window without a count yet has counted nothing: there too, the use must fit by itself.
          .map(
            ({ kind }) =>
              `(${kind} <= :room_${kind} OR (attribute_not_exists(${kind}) AND :zero <= :room_${kind}))`,
          )
          .join(" AND "),
      }),
      ExpressionAttributeValues: writeItem({
        ":expiry": BigInt(Math.ceil((startsAt + 2 * windowMs) / 1000)),
        ":requests": BigInt(use.requests),
        ":tokens": BigInt(use.tokens),
        ...(rooms.length > 0 && { ":zero": 0n }),
        ...Object.fromEntries(rooms.map(({ kind, room }) => [`:room_${kind}`, room])),
      }),
      ReturnValues: "ALL_NEW",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    } satisfies UpdateItemCommandInput;
    try {
      const { Attributes: item } = await client.updateItem(input);
      return { ok: true, used: readUse(item) };
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
      return { ok: false, used: readUse(error.Item) };
    }
  },
});
