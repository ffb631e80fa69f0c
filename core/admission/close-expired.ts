import type { EpochMs } from "../time.ts";
import type { CellKey } from "./cell.ts";
import { expiredClosings } from "./closings.ts";
import type { LeaseRules } from "./lease-rules.ts";
import type { Cells, LeaseUsage } from "./ports.ts";
import type { PurseId } from "./purse.ts";

type ClosingPorts = {
  readonly cells: Cells;
  readonly usage: LeaseUsage;
  readonly rules: LeaseRules;
};

/** The same for all the cells of a purse that belong to `region`, where this runs. */
export const closeExpiredOf = async (
  ports: ClosingPorts,
  purse: PurseId,
  region: string,
  now: EpochMs,
): Promise<void> => {
  for (const { key, grants } of await ports.cells.ofPurse(purse))
    if (key.region === region && [...grants.values()].some((grant) => ports.rules.isOver(grant, now)))
      await closeExpired(ports, key, now);
};

/**
 * Closes every lease of a cell that nobody can be using any more. Requests do this on their way; a cell that no request
 * touches, such as that of a budget period gone by, needs it done once. `false`: leases are open that are not over.
 */
export const closeExpired = async (ports: ClosingPorts, key: CellKey, now: EpochMs): Promise<boolean> => {
  for (;;) {
    const cell = await ports.cells.find(key);
    if (!cell) return true;
    const close = await expiredClosings(ports, cell, [], now);
    if (close.length === 0) return cell.grants.size === 0;
    // Refused: somebody has closed one of them in between. Looking again finds fewer.
    await ports.cells.write([{ cell: key, close }]);
  }
};
