import { type Money, zero } from "../money.ts";
import { type Cell, type CellKey, cellName, newCell } from "./cell.ts";
import type { Cells } from "./ports.ts";

/**
 * Cells as this process last saw them. Good enough to choose a lease's size by, since the write checks for itself;
 * never to refuse a request by.
 */
export interface CellViews {
  known(key: CellKey): Cell | undefined;
  note(cells: readonly Cell[]): void;
  forget(keys: readonly CellKey[]): void;
  /**
   * Reads a cell, and opens it where there is none: a budget's first with `share`, as its period begins here; a wallet's empty,
   * for rebalancing to bring it money. A budget's other cells count as empty until there is one.
   */
  look(key: CellKey, share: Money | undefined): Promise<Cell>;
}

/** Far more than one process has customers at a time; a view forgotten costs one read. */
const viewsMax = 1000;

export const cellViews = (cells: Cells): CellViews => {
  const views = new Map<string, Cell>();
  const note = (cell: Cell): void => {
    if (views.size >= viewsMax) views.clear();
    views.set(cellName(cell.key), cell);
  };
  return {
    known: (key) => views.get(cellName(key)),
    note: (seen) => seen.forEach(note),
    forget: (keys) => keys.forEach((key) => views.delete(cellName(key))),
    async look(key, share) {
      let cell = await cells.find(key);
      if (cell === undefined && (share === undefined || key.shard === 0)) {
        await cells.create(key, share ?? zero);
        cell = await cells.find(key);
      }
      cell ??= newCell(key, zero);
      note(cell);
      return cell;
    },
  };
};
