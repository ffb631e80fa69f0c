import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { tableKeys } from "../../contract.ts";

/** The condition under which an item of this version may be written: the stored one is the version before it. */
export const followsStored = (version: number) =>
  version === 1
    ? { ConditionExpression: `attribute_not_exists(${tableKeys.partition})` }
    : {
        ConditionExpression: "#version = :before",
        ExpressionAttributeNames: { "#version": "version" },
        ExpressionAttributeValues: { ":before": { N: `${version - 1}` } } satisfies Record<
          string,
          AttributeValue
        >,
      };

/** The condition under which an item may be written that must not be there yet. */
export const isNew = { ConditionExpression: `attribute_not_exists(${tableKeys.partition})` };
