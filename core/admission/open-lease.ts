import { type RandomBytes, leaseId, newUlid } from "../identifiers.ts";
import { add, zero } from "../money.ts";
import type { EpochMs } from "../time.ts";
import { type Cell, cellName } from "./cell.ts";
import type { CellViews } from "./cell-views.ts";
import { expiredClosings, ownClosings } from "./closings.ts";
import { type HeldLease, isDrained } from "./held-lease.ts";
import { type LeaseRefusal, inFlight } from "./lease-refusal.ts";
import type { Demand, LeaseRules, Room } from "./lease-rules.ts";
import type { LeaseSlot } from "./lease-slot.ts";
import { type Closing, returnedBy } from "./lease-write.ts";
import type { Cells, LeaseUsage } from "./ports.ts";
import type { Purse } from "./purse.ts";
import { moveToSibling } from "./sibling.ts";

export type LeasePorts = {
  readonly cells: Cells;
  readonly usage: LeaseUsage;
  readonly randomBytes: RandomBytes;
  readonly rules: LeaseRules;
};

export type LeaseOpening =
  | { readonly ok: true; readonly lease: HeldLease }
  | {
      readonly ok: false;
      readonly refusal: LeaseRefusal;
      /** Nothing was sent. Otherwise a write that seems refused may still land, late, and close what it was to close. */
      readonly untouched: boolean;
    };

/** Each is lost to another writer, who got something done by it. So many in a row is a crowd: the client had better wait. */
const attemptsMax = 12;

/**
 * Opens a lease for a slot, one grant per purse, and closes in the same write what the slot and the cells have to close.
 * `slot.retiring` lists at any moment every lease that may be open: also the new one, from before it is asked for until
 * it is known not to be. Rejects where the outcome stays unknown.
 */
export const openLease = async (
  ports: LeasePorts,
  views: CellViews,
  slot: LeaseSlot,
  purses: readonly Purse[],
  demand: Demand,
  deadline: EpochMs,
  now: EpochMs,
): Promise<LeaseOpening> => {
  /** Cells seen since this began: what they lack may be refused by. */
  const fresh = new Set<string>();
  let untouched = true;
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const cells = await Promise.all(
      slot.cells.map(async (key, index) => {
        const known = views.known(key);
        if (!known) fresh.add(cellName(key));
        return known ?? views.look(key, purses[index]?.share);
      }),
    );
    const drained = [...slot.retiring].filter(isDrained);
    const closings = await Promise.all(
      cells.map(async (cell) => [
        ...ownClosings(cell, drained),
        ...(await expiredClosings(ports, cell, drained, now)),
      ]),
    );
    const rooms = cells.map((cell, index) => roomIn(cell, closings[index] ?? []));

    const short = rooms.findIndex(({ reachable }) => reachable < demand.hold);
    const [shortCell, shortPurse] = [cells[short], purses[short]];
    if (shortCell && shortPurse) {
      if (!fresh.has(cellName(shortCell.key))) {
        views.forget([shortCell.key]);
        continue;
      }
      const refusal = await moveToSibling(ports, views, slot, shortPurse, shortCell, demand.hold, fresh, now);
      if (refusal) return { ok: false, refusal, untouched };
      continue;
    }

    const amount = ports.rules.amount(demand, rooms);
    const isScarce = ports.rules.isScarce(demand, rooms);
    const stale = slot.cells.filter((key) => !fresh.has(cellName(key)));
    if (isScarce && stale.length > 0) {
      // Others change such a cell all the time, and a read costs a fraction of a refused write.
      views.forget(stale);
      continue;
    }
    const lease: HeldLease = {
      id: leaseId(newUlid(now, ports.randomBytes)),
      cells: slot.cells,
      amount,
      expiresAt: ports.rules.expiresAt(amount, demand.hold, deadline),
      isScarce,
      held: zero,
      spent: zero,
    };
    slot.retiring.add(lease);
    untouched = false;
    views.forget(slot.cells);
    const outcome = await ports.cells.write(
      cells.map(({ key }, index) => ({
        cell: key,
        open: { lease: lease.id, grant: { amount, expiresAt: lease.expiresAt } },
        close: closings[index] ?? [],
      })),
    );
    views.note(outcome.seen);
    for (const { key } of outcome.seen) fresh.add(cellName(key));
    slot.retiring.delete(lease);
    // Refused because it is done already: the first answer was lost on its way.
    if (outcome.ok || outcome.seen.some(({ grants }) => grants.has(lease.id))) {
      for (const closed of drained) slot.retiring.delete(closed);
      return { ok: true, lease };
    }
  }
  return { ok: false, refusal: inFlight(purses[0]?.kind ?? "wallet"), untouched };
};

const roomIn = (cell: Cell, close: readonly Closing[]): Room => ({
  reachable: add(cell.available, returnedBy(close)),
  openLeases: cell.grants.size - close.length + 1,
});
