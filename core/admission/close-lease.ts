import type { CellViews } from "./cell-views.ts";
import type { HeldLease } from "./held-lease.ts";
import type { LeaseSlot } from "./lease-slot.ts";
import type { Cells } from "./ports.ts";

/**
 * Closes one drained lease of `slot.retiring`, in all of its cells at once, and takes it off. Its holder knows that it is
 * open and what it has spent, so nothing is read. Where a cell refuses, because somebody has closed it there, it stays on
 * the list, and the next renewal closes what is left of it.
 */
export const closeLease = async (
  cells: Pick<Cells, "write">,
  views: CellViews,
  slot: LeaseSlot,
  lease: HeldLease,
): Promise<void> => {
  const { id, amount, spent } = lease;
  views.forget(lease.cells);
  const { ok } = await cells.write(
    lease.cells.map((cell) => ({ cell, close: [{ lease: id, amount, spent }] })),
  );
  if (ok) slot.retiring.delete(lease);
};
