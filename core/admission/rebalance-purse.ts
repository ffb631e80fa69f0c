import type { RandomBytes } from "../identifiers.ts";
import { type Money, add, picodollars, zero } from "../money.ts";
import type { EpochMs } from "../time.ts";
import { type Cell, grantedIn } from "./cell.ts";
import type { Cells, Transfers } from "./ports.ts";
import type { PurseId } from "./purse.ts";
import { type CellDemand, planTransfers } from "./rebalance.ts";
import { type Transfer, newTransfer } from "./transfer.ts";

export type RebalancePorts = {
  readonly cells: Cells;
  readonly transfers: Transfers;
  readonly randomBytes: RandomBytes;
  readonly region: string;
};

/**
 * One region's part in keeping a purse's money where it is spent: gives what its cells have to spare, and receives what
 * has arrived for them. Run it in every region, now and then; running it twice, or breaking off anywhere, loses nothing.
 */
export const rebalancePurse = async (
  { cells, transfers, randomBytes, region }: RebalancePorts,
  purse: PurseId,
  minimum: Money,
  now: EpochMs,
): Promise<{ readonly given: readonly Transfer[]; readonly received: readonly Transfer[] }> => {
  const all = await cells.ofPurse(purse);
  // Most purses: looking at them costs one read.
  if (all.length < 2) return { given: [], received: [] };
  const given: Transfer[] = [];
  for (const movement of planTransfers(demandsOf(all), minimum)) {
    if (movement.from.region !== region) continue;
    const transfer = newTransfer(movement, now, randomBytes);
    // Requests may have taken the money meanwhile: then there is nothing to give.
    if (await transfers.give(transfer)) given.push(transfer);
  }
  const received: Transfer[] = [];
  for (const transfer of await transfers.pending(purse, region)) {
    if (await transfers.receive(transfer)) received.push(transfer);
  }
  return { given, received };
};

/**
 * What cells have spent and lent so far: a cell that has run dry still counts as wanting. Where none has, all count the
 * same, since each was opened for requests that came there.
 */
const demandsOf = (cells: readonly Cell[]): readonly CellDemand[] => {
  const demands = cells.map((cell) => ({ cell, demand: add(cell.spent, grantedIn(cell)) }));
  return demands.some(({ demand }) => demand > zero)
    ? demands
    : demands.map(({ cell }) => ({ cell, demand: picodollars(1n) }));
};
