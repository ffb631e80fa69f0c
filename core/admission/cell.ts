import type { LeaseId } from "../identifiers.ts";
import { type Money, add, zero } from "../money.ts";
import type { EpochMs } from "../time.ts";
import type { PurseId } from "./purse.ts";

/** Which part of a purse. A cell is one stored item, and only its region ever writes it. */
export type CellKey = { readonly purse: PurseId; readonly region: string; readonly shard: number };

/** Money set aside for a lease, and until when the lease may be in use. */
export type Grant = { readonly amount: Money; readonly expiresAt: EpochMs };

/** A part of a purse. Always: `available + granted + spent = funded`, and none of them is negative. */
export type Cell = {
  readonly key: CellKey;
  /** All that ever came in, less all that was transferred away. */
  readonly funded: Money;
  readonly available: Money;
  /** What closed leases have used. */
  readonly spent: Money;
  readonly grants: ReadonlyMap<LeaseId, Grant>;
};

export const newCell = (key: CellKey, funded: Money): Cell => ({
  key,
  funded,
  available: funded,
  spent: zero,
  grants: new Map(),
});

/** One text per cell: two keys name the same cell if and only if their names are equal. */
export const cellName = ({ purse, region, shard }: CellKey): string => `${purse}#${region}#${shard}`;

/** What open leases hold. */
export const grantedIn = (cell: Cell): Money =>
  add(...[...cell.grants.values()].map((grant) => grant.amount));
