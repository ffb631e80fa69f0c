import type { Update } from "@aws-sdk/client-dynamodb";
import { type LeaseWrite, netOf, spentBy } from "../../../core/admission/lease-write.ts";
import { closedAttribute } from "../../contract.ts";
import { cellItemKey } from "./cell-item.ts";
import { writeClosed } from "./closed-leases.ts";
import { writeItem } from "./item.ts";

/**
 * `applyLeaseWrite` as one conditional update: every lease to close is open, the one to open is not, and there is enough
 * for it. A refusal returns the item as it is, so that nothing need be read to go on. What it closes is noted in the item,
 * until the next write: the table's stream then says what each lease took, which costs no write of its own.
 */
export const leaseUpdate = (table: string, write: LeaseWrite) => {
  const { cell, open, close } = write;
  const closed = close.map(({ lease }, index) => ({ name: `#closed${index}`, lease }));
  const net = netOf(write);
  const sets = [
    "available = available + :net",
    ...(open ? ["grants.#opened = :grant"] : []),
    ...(closed.length > 0 ? [`${closedAttribute} = :closed`] : []),
  ];
  const removals = closed.length > 0 ? closed.map(({ name }) => `grants.${name}`) : [closedAttribute];
  const conditions = [
    // An item that is not there has no attribute to compare: it refuses every write.
    "attribute_exists(available)",
    ...closed.map(({ name }) => `attribute_exists(grants.${name})`),
    ...(open ? ["attribute_not_exists(grants.#opened)", "available >= :need"] : []),
  ];
  return {
    TableName: table,
    Key: cellItemKey(cell),
    UpdateExpression: [`SET ${sets.join(", ")}`, "ADD spent :spent", `REMOVE ${removals.join(", ")}`].join(
      " ",
    ),
    ConditionExpression: conditions.join(" AND "),
    ...((open || closed.length > 0) && {
      ExpressionAttributeNames: Object.fromEntries([
        ...closed.map(({ name, lease }) => [name, lease]),
        ...(open ? [["#opened", open.lease]] : []),
      ]),
    }),
    ExpressionAttributeValues: writeItem({
      ":net": net,
      ":spent": spentBy(close),
      ...(closed.length > 0 && { ":closed": writeClosed(close) }),
      ...(open && {
        ":need": 0n - net,
        ":grant": { amount: open.grant.amount, expiresAt: BigInt(open.grant.expiresAt) },
      }),
    }),
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  } satisfies Update;
};
