import { assert } from "../assert.ts";
import type { LeaseId } from "../identifiers.ts";
import { type Money, add, picodollars, zero } from "../money.ts";
import type { EpochMs } from "../time.ts";
import { cellViews } from "./cell-views.ts";
import { closeDrained } from "./close-drained.ts";
import { closeLease } from "./close-lease.ts";
import { type HeldLease, isDrained } from "./held-lease.ts";
import type { LeaseRefusal } from "./lease-refusal.ts";
import {
  type LeaseSlot,
  deniedStill,
  exclusively,
  isStale,
  leasesOf,
  newSlot,
  observeCost,
  rememberDenial,
} from "./lease-slot.ts";
import { type LeasePorts, openLease } from "./open-lease.ts";
import type { Purse } from "./purse.ts";

export type Acquisition =
  | { readonly ok: true; readonly lease: LeaseId }
  | { readonly ok: false; readonly refusal: LeaseRefusal };

/** The leases of one process. Nothing in it waits for a timer: a process may be frozen at any time, for any time. */
export interface LeaseHolder {
  /**
   * Sets `hold` aside in every purse for a request that ends by `deadline`, or refuses it. From memory where a lease has
   * room, else with one write. Rejects where storage fails with an unknown outcome; nothing is lost by that for longer
   * than a lease lasts.
   */
  acquire(purses: readonly Purse[], hold: Money, deadline: EpochMs, now: EpochMs): Promise<Acquisition>;
  /**
   * Ends a request: `hold`, as acquired, is given up for `cost`, at most that. Call it once per acquired request, after
   * its usage event is durable; with a cost of zero for one whose event came too late to be charged.
   *
   * From memory, at once. Where money is scarce it then closes the request's lease, so that nobody is refused for money
   * that no request holds: await it before the process may be frozen. A closing that fails is made up for by whoever
   * writes next, and is no failure of the request.
   */
  settle(lease: LeaseId, hold: Money, cost: Money): Promise<void>;
  /** Closes every lease without requests in flight: before a process ends, if it is told. */
  retire(): Promise<void>;
}

export type LeaseHolderOptions = LeasePorts & { readonly region: string };

/** More slots than this and those that have run out are forgotten. */
const slotsMax = 500;

/** A request that cannot cost anything holds the least there is, so that it has a lease like any other. */
const holdOf = (hold: Money): Money => (hold > zero ? hold : picodollars(1n));

export const leaseHolder = ({ region, ...ports }: LeaseHolderOptions): LeaseHolder => {
  const views = cellViews(ports.cells);
  const slots = new Map<string, LeaseSlot>();
  /** Of the leases with requests in flight. */
  const slotOf = new Map<LeaseId, { readonly slot: LeaseSlot; readonly lease: HeldLease }>();
  // Spreads the processes of a hot customer over its shards.
  const processNumber = ports.randomBytes(2).reduce((number, byte) => number * 256 + byte, 0);

  const slotFor = (purses: readonly Purse[], now: EpochMs): LeaseSlot => {
    const name = purses.map(({ id }) => id).join(" ");
    const known = slots.get(name);
    if (known) return known;
    if (slots.size >= slotsMax) forgetStale(now);
    const slot = newSlot(purses, region, processNumber);
    slots.set(name, slot);
    return slot;
  };

  const forgetStale = (now: EpochMs): void => {
    for (const [name, slot] of slots) if (isStale(slot, now)) slots.delete(name);
  };

  const place = (slot: LeaseSlot, lease: HeldLease, hold: Money): Acquisition => {
    lease.held = add(lease.held, hold);
    slotOf.set(lease.id, { slot, lease });
    return { ok: true, lease: lease.id };
  };

  /** Replaces the slot's lease by one with room for `hold`, and places it there. */
  const renew = async (
    slot: LeaseSlot,
    purses: readonly Purse[],
    hold: Money,
    deadline: EpochMs,
    now: EpochMs,
  ): Promise<Acquisition> => {
    const last = slot.current;
    // From here on nobody is admitted under it: the write that is coming may close it, also if its answer is lost.
    slot.current = undefined;
    if (last) slot.retiring.add(last);
    const demand = { hold, waiting: slot.waiting, meanCost: slot.meanCost };
    const opening = await openLease(ports, views, slot, purses, demand, deadline, now);
    if (opening.ok) {
      slot.current = opening.lease;
      slot.denial = undefined;
      return place(slot, opening.lease, hold);
    }
    // The old lease is what it was, and a smaller request may fit into it.
    if (last && opening.untouched && slot.retiring.delete(last)) slot.current = last;
    rememberDenial(slot, hold, opening.refusal, now);
    return { ok: false, refusal: opening.refusal };
  };

  /** Closes a lease whose last request has ended, unless somebody does so anyway. */
  const closeScarce = async (slot: LeaseSlot, lease: HeldLease): Promise<void> => {
    // A renewal may be closing it in its own write.
    while (slot.writing) await slot.writing;
    const isOpen = slot.current === lease || slot.retiring.has(lease);
    if (!isOpen || !isDrained(lease)) return;
    if (slot.current === lease) slot.current = undefined;
    slot.retiring.add(lease);
    // Without an answer the lease stays on the list: the next renewal closes it, or whoever finds it when it is over.
    await exclusively(slot, closeLease(ports.cells, views, slot, lease)).catch(() => undefined);
  };

  return {
    async acquire(purses, requested, deadline, now) {
      assert(
        purses.length > 0 && purses.every(({ shards }) => shards > 0),
        "a request draws on a purse with cells",
      );
      assert(requested >= zero, () => `a hold is not negative: ${requested}`);
      const hold = holdOf(requested);
      const slot = slotFor(purses, now);
      slot.waiting = add(slot.waiting, hold);
      try {
        for (;;) {
          if (slot.current && ports.rules.admits(slot.current, hold, deadline)) {
            return place(slot, slot.current, hold);
          }
          const refusal = deniedStill(slot, hold, now);
          if (refusal) return { ok: false, refusal };
          if (!slot.writing) return await exclusively(slot, renew(slot, purses, hold, deadline, now));
          await slot.writing;
        }
      } finally {
        slot.waiting = picodollars(slot.waiting - hold);
      }
    },

    async settle(id, requested, cost) {
      const hold = holdOf(requested);
      const known = slotOf.get(id);
      assert(known !== undefined, () => `${id} has requests in flight`);
      const { slot, lease } = known;
      assert(cost >= zero && cost <= hold, () => `a cost of ${cost} is within its hold of ${hold}`);
      assert(lease.held >= hold, () => `${id} holds what is settled`);
      lease.held = picodollars(lease.held - hold);
      lease.spent = add(lease.spent, cost);
      observeCost(slot, cost);
      // What the request gives back may be what another one was denied for.
      slot.denial = undefined;
      if (!isDrained(lease)) return;
      slotOf.delete(id);
      if (lease.isScarce) await closeScarce(slot, lease);
    },

    async retire() {
      for (const slot of slots.values()) {
        if (slot.writing) await slot.writing;
        for (const lease of leasesOf(slot)) slot.retiring.add(lease);
        slot.current = undefined;
        await closeDrained(ports.cells, slot.retiring);
      }
    },
  };
};
