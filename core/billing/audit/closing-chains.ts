import { type Cell, cellName } from "../../admission/cell.ts";
import { type Money, add, subtract, zero } from "../../money.ts";
import type { CellClosings } from "../cell-closings.ts";
import { type AuditBreak, dollars, moment } from "./report.ts";

/** A cell, and the archived closings of its leases in the order in which they happened. */
export type ClosingChain = {
  readonly cell: string;
  /** What the cell had spent in all when it was looked at, as it says itself. */
  readonly spent: Money;
  readonly closings: readonly CellClosings[];
};

/** One chain per cell. */
export const closingChains = (
  cells: readonly Cell[],
  closings: readonly CellClosings[],
): readonly ClosingChain[] => {
  const byCell = Map.groupBy(closings, ({ cell }) => cell);
  const spentBy = new Map(cells.map((cell) => [cellName(cell.key), cell.spent]));
  return [...new Set([...spentBy.keys(), ...byCell.keys()])].toSorted().map((cell) => ({
    cell,
    spent: spentBy.get(cell) ?? zero,
    closings: (byCell.get(cell) ?? []).toSorted((one, other) => order(one, other)),
  }));
};

/** A cell's `spent` never falls; a closing that spent nothing comes where the number stands still. */
const order = (one: CellClosings, other: CellClosings): number => {
  if (one.spentBefore !== other.spentBefore) return one.spentBefore < other.spentBefore ? -1 : 1;
  if (one.spentAfter !== other.spentAfter) return one.spentAfter < other.spentAfter ? -1 : 1;
  return one.closedAt - other.closedAt;
};

/** Where a chain has a gap: money that the cell took, or gave back, without a closing that says so. */
export const chainBreaks = ({ cell, spent, closings }: ClosingChain): readonly AuditBreak[] => {
  const breaks: AuditBreak[] = [];
  let reached: Money | undefined;
  for (const { spentBefore, spentAfter, leases, closedAt } of closings) {
    const [first] = leases;
    const subject = first?.lease ?? cell;
    const at = `of ${moment(closedAt)} in cell ${cell}`;
    if (reached !== undefined && spentBefore !== reached)
      breaks.push({
        subject,
        message: `Before the closing ${at} the cell had spent ${dollars(spentBefore)}, but the closings before it come to ${dollars(reached)}.`,
      });
    const taken = add(...leases.map((lease) => lease.spent));
    if (subtract(spentAfter, spentBefore) !== taken)
      breaks.push({
        subject,
        message: `The closing ${at} took ${dollars(subtract(spentAfter, spentBefore))} for leases that spent ${dollars(taken)}; the first of them is ${subject}.`,
      });
    reached = spentAfter;
  }
  // What was closed after the look at the cell may be archived already; what it had spent by then must be.
  const ends = new Set([closings[0]?.spentBefore, ...closings.map(({ spentAfter }) => spentAfter)]);
  if (reached !== undefined && !ends.has(spent))
    breaks.push({
      subject: cell,
      message: `Cell ${cell} says that it has spent ${dollars(spent)}; its archived closings come to ${dollars(reached)}.`,
    });
  return breaks;
};
