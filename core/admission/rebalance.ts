import { type Money, add, larger, picodollars, zero } from "../money.ts";
import { type Cell, cellName } from "./cell.ts";
import type { Transfer } from "./transfer.ts";

/** A cell and how much of the purse's spending happens there, in any unit: only the ratios count. */
export type CellDemand = { readonly cell: Cell; readonly demand: Money };

export type Movement = Omit<Transfer, "id">;

/** The part of the available money that is spread evenly, so that a cell without demand so far can serve its first requests. */
const evenShareDivisor = 20n;

/**
 * Which transfers bring every cell of one purse to its part of what is available, by demand. Movements below `minimum`
 * are left out: they would cost more than they help. So are those of less than half of what an idle cell would get: demand
 * wavers, and every transfer leaves two items behind.
 *
 * Every owner carries out the movements that its own cells give, so views that differ between regions cost efficiency
 * but never money. Measure demand over a time longer than money lasts (by `spent` of the period, say): over a shorter
 * one a cell that ran dry would seem to want nothing.
 */
export const planTransfers = (cells: readonly CellDemand[], minimum: Money): readonly Movement[] => {
  const total = add(...cells.map(({ cell }) => cell.available));
  const demand = add(...cells.map(({ demand }) => demand));
  if (demand === zero) return [];
  const evenPart = total / evenShareDivisor / BigInt(cells.length);
  const byDemand = total - evenPart * BigInt(cells.length);
  const least = larger(minimum, picodollars(evenPart / 2n));
  const accounts = cells
    .map(({ cell, demand: own }) => ({
      cell,
      surplus: cell.available - evenPart - (byDemand * own) / demand,
    }))
    // An order that does not depend on who plans, so that regions with the same view plan the same.
    .sort((one, other) => (cellName(one.cell.key) < cellName(other.cell.key) ? -1 : 1));

  const movements: Movement[] = [];
  for (const giver of accounts) {
    for (const taker of accounts) {
      const amount = giver.surplus < -taker.surplus ? giver.surplus : -taker.surplus;
      if (amount <= 0n || amount < least) continue;
      giver.surplus -= amount;
      taker.surplus += amount;
      movements.push({ from: giver.cell.key, to: taker.cell.key, amount: picodollars(amount) });
    }
  }
  return movements;
};
