import { type Money, add } from "../money.ts";
import type { EpochMs } from "../time.ts";
import { type Cell, type CellKey, cellName } from "./cell.ts";
import type { CellViews } from "./cell-views.ts";
import { closeDrained } from "./close-drained.ts";
import { type LeaseRefusal, refusalFor } from "./lease-refusal.ts";
import type { LeaseRules } from "./lease-rules.ts";
import type { LeaseSlot } from "./lease-slot.ts";
import type { Cells } from "./ports.ts";
import type { Purse } from "./purse.ts";

/** What a cell has for somebody who writes to it: expired leases may give back up to their amounts. */
const withinReach = (cell: Cell, rules: LeaseRules, now: EpochMs): Money =>
  add(
    cell.available,
    ...[...cell.grants.values()].filter((grant) => rules.isOver(grant, now)).map(({ amount }) => amount),
  );

/** The cell of the same region that has the most, if that is enough for `hold`; none that has been tried. */
const siblingWith = (
  hold: Money,
  cells: readonly Cell[],
  from: CellKey,
  isTried: (cell: Cell) => boolean,
  rules: LeaseRules,
  now: EpochMs,
): Cell | undefined => {
  const reach = (cell: Cell): Money => withinReach(cell, rules, now);
  return cells
    .filter(({ key }) => key.region === from.region && cellName(key) !== cellName(from))
    .filter((cell) => !isTried(cell) && reach(cell) >= hold)
    .sort((one, other) => (reach(one) > reach(other) ? -1 : 1))[0];
};

/** Turns the slot to another cell of the purse in this region that has the money, or says why none does. */
export const moveToSibling = async (
  ports: { readonly cells: Cells; readonly rules: LeaseRules },
  views: CellViews,
  slot: LeaseSlot,
  purse: Purse,
  from: Cell,
  hold: Money,
  fresh: Set<string>,
  now: EpochMs,
): Promise<LeaseRefusal | undefined> => {
  const cells = await ports.cells.ofPurse(purse.id);
  const { region } = from.key;
  const first = { purse: purse.id, region, shard: 0 };
  const firstIsMissing =
    purse.share !== undefined && cells.every(({ key }) => cellName(key) !== cellName(first));
  const all = firstIsMissing ? [...cells, await views.look(first, purse.share)] : cells;
  const sibling = siblingWith(hold, all, from.key, (cell) => fresh.has(cellName(cell.key)), ports.rules, now);
  if (!sibling) return refusalFor(purse, all, slot.retiring, hold);
  // The slot's leases live in the cells that it leaves.
  await closeDrained(ports.cells, slot.retiring);
  views.note([sibling]);
  fresh.add(cellName(sibling.key));
  slot.cells = slot.cells.map((key) => (cellName(key) === cellName(from.key) ? sibling.key : key));
  return undefined;
};
