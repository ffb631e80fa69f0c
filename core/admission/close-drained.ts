import type { CellKey } from "./cell.ts";
import { cellName } from "./cell.ts";
import { ownClosings } from "./closings.ts";
import { type HeldLease, isDrained } from "./held-lease.ts";
import type { LeaseWrite } from "./lease-write.ts";
import type { Cells } from "./ports.ts";

const attemptsMax = 12;

/**
 * Closes a process's own leases that have no requests in flight, in all of their cells at once, and takes them off the set.
 * A lease that somebody else has closed meanwhile, or that was never opened, is taken off as well.
 */
export const closeDrained = async (cells: Cells, retiring: Set<HeldLease>): Promise<void> => {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const drained = [...retiring].filter(isDrained);
    const keys = new Map<string, CellKey>(
      drained.flatMap((lease) => lease.cells.map((key) => [cellName(key), key] as const)),
    );
    const found = await Promise.all([...keys.values()].map((key) => cells.find(key)));
    const writes: readonly LeaseWrite[] = found.flatMap((cell) => {
      const close = cell ? ownClosings(cell, drained) : [];
      return cell && close.length > 0 ? [{ cell: cell.key, close }] : [];
    });
    if (writes.length === 0 || (await cells.write(writes)).ok) {
      for (const lease of drained) retiring.delete(lease);
      return;
    }
  }
  // What is left is closed by the next writer after it has expired.
};
