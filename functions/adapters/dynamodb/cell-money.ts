import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { CellKey } from "../../../core/admission/cell.ts";
import type { Money } from "../../../core/money.ts";
import { tableKeys } from "../../contract.ts";
import { cellItemKey } from "./cell-item.ts";
import { type Item, writeItem } from "./item.ts";

/**
 * What moves money into a cell or out of it is a transaction of two: the change of the cell, and an item that is written
 * once and says that it happened.
 */
export const putOnce = (table: string, item: Item): TransactWriteItem => ({
  Put: {
    TableName: table,
    Item: item,
    ConditionExpression: `attribute_not_exists(${tableKeys.partition})`,
  },
});

/** Refuses a cell that is not there. */
export const creditCell = (table: string, cell: CellKey, amount: Money): TransactWriteItem =>
  move(table, cell, amount, "+", "attribute_exists(available)");

/** Refuses a cell that has too little available. */
export const debitCell = (table: string, cell: CellKey, amount: Money): TransactWriteItem =>
  move(table, cell, amount, "-", "available >= :amount");

const move = (
  table: string,
  cell: CellKey,
  amount: Money,
  sign: "+" | "-",
  condition: string,
): TransactWriteItem => ({
  Update: {
    TableName: table,
    Key: cellItemKey(cell),
    UpdateExpression: `SET available = available ${sign} :amount, funded = funded ${sign} :amount`,
    ConditionExpression: condition,
    ExpressionAttributeValues: writeItem({ ":amount": amount }),
  },
});
