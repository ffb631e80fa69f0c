import * as z from "zod";
import type { Cell, CellKey } from "../../../core/admission/cell.ts";
import { parsePurseId } from "../../../core/admission/purse.ts";
import { type LeaseId, parseLeaseId } from "../../../core/identifiers.ts";
import { cellPrefix, tableKeys } from "../../contract.ts";
import { parsedBy } from "../../parsed-by.ts";
import { type Item, type Plain, itemKey, readItem } from "./item.ts";
import { count, instant, money } from "./schemas.ts";

/** In the accounts table a purse is a partition: its cells, and the transfers to them with their receipts. */
export const cellItemKey = ({ purse, region, shard }: CellKey): Item =>
  itemKey(purse, `${cellPrefix}${region}#${shard}`);

const grantSchema = z.object({ amount: money, expiresAt: instant });

const schema = z.object({
  purse: parsedBy(parsePurseId),
  region: z.string(),
  shard: count,
  funded: money,
  available: money,
  spent: money,
  grants: z.record(z.string(), grantSchema),
});

/** Reads a cell, and refuses an item that is none. */
export const readCell = (item: Item): Cell => {
  const { [tableKeys.partition]: purse, [tableKeys.sort]: sort, ...fields } = readItem(item);
  const [region, shard] = z.string().parse(sort).slice(cellPrefix.length).split("#");
  const { grants, funded, available, spent, ...key } = schema.parse({
    ...fields,
    purse,
    region,
    shard: BigInt(shard ?? ""),
  });
  const byLease = Object.entries(grants).map(([lease, grant]) => [readLeaseId(lease), grant] as const);
  return { key, funded, available, spent, grants: new Map(byLease) };
};

const readLeaseId = (text: string): LeaseId => {
  const id = parseLeaseId(text);
  if (!id) throw new Error("a cell has a grant whose name is no lease id");
  return id;
};

/** A key as it is stored inside other items. */
export const plainCellKey = ({ purse, region, shard }: CellKey): Plain => ({
  purse,
  region,
  shard: BigInt(shard),
});

export const cellKeySchema = z.object({ purse: parsedBy(parsePurseId), region: z.string(), shard: count });
