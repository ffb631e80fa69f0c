import * as z from "zod";
import type { Closing } from "../../../core/admission/lease-write.ts";
import { parseCustomerId, parseLeaseId } from "../../../core/identifiers.ts";
import { cellName } from "../../../core/admission/cell.ts";
import type { CellClosings, ClosedLease } from "../../../core/billing/cell-closings.ts";
import type { EpochMs } from "../../../core/time.ts";
import { closedAttribute, walletPrefix } from "../../contract.ts";
import { parsedBy } from "../../parsed-by.ts";
import { readCell } from "./cell-item.ts";
import type { Item } from "./item.ts";
import { money } from "./schemas.ts";

/**
 * The leases that a write closed, as text: a filter of the table's stream can ask whether an attribute is there only if it
 * is no map or list.
 */
export const writeClosed = (close: readonly Closing[]): string =>
  JSON.stringify(
    close.map(({ lease, spent, expired = false }) => ({ lease, spent: spent.toString(), expired })),
  );

const schema = z.array(
  z.object({
    lease: parsedBy(parseLeaseId),
    spent: z.string().regex(/^\d+$/).transform(BigInt).pipe(money),
    expired: z.boolean(),
  }),
);

const readClosed = (item: Item): readonly ClosedLease[] =>
  schema.parse(JSON.parse(item[closedAttribute]?.S ?? "[]"));

/**
 * What a write closed, from a wallet's cell before it and after it; `undefined` if nothing. A lease that has gone without a
 * word of what it took is an error.
 */
export const closingsBetween = (before: Item, after: Item, closedAt: EpochMs): CellClosings | undefined => {
  const [old, now] = [readCell(before), readCell(after)];
  const gone = [...old.grants.keys()].filter((lease) => !now.grants.has(lease));
  if (gone.length === 0) return undefined;
  // Those that an earlier write closed may still be noted.
  const leases = readClosed(after).filter(({ lease }) => gone.includes(lease));
  if (leases.length !== gone.length) throw new Error("a lease was closed without saying what it took");
  const customer = parseCustomerId(now.key.purse.slice(walletPrefix.length));
  if (customer === undefined) throw new Error("only the cells of wallets have a customer");
  return {
    customer,
    cell: cellName(now.key),
    closedAt,
    spentBefore: old.spent,
    spentAfter: now.spent,
    leases,
  };
};
