import { type Money, picodollars, zero } from "../money.ts";
import { type EpochMs, after } from "../time.ts";
import type { CellKey } from "./cell.ts";
import { type HeldLease, isDrained } from "./held-lease.ts";
import type { LeaseRefusal } from "./lease-refusal.ts";
import type { Purse } from "./purse.ts";

/** What one process remembers of one set of purses. Every request that draws on exactly these goes through it. */
export type LeaseSlot = {
  /** Where the next lease is opened: one cell per purse. */
  cells: readonly CellKey[];
  /** Admits requests. */
  current: HeldLease | undefined;
  /** Admit no more, but may be open in their cells: with requests in flight, to be closed, or with an unknown outcome. */
  readonly retiring: Set<HeldLease>;
  meanCost: Money;
  /** Holds of the requests that wait for a lease. */
  waiting: Money;
  /** The write under way, if one is, which opens a lease or closes one: resolves when that has ended, well or not. */
  writing: Promise<void> | undefined;
  denial: Denial | undefined;
};

/** A refusal is repeated without asking, for a second and for requests that need at least as much. */
type Denial = { readonly hold: Money; readonly until: EpochMs; readonly refusal: LeaseRefusal };

const denialMs = 1000;

export const newSlot = (purses: readonly Purse[], region: string, processNumber: number): LeaseSlot => ({
  cells: purses.map(({ id, shards }) => ({ purse: id, region, shard: processNumber % shards })),
  current: undefined,
  retiring: new Set(),
  meanCost: zero,
  waiting: zero,
  writing: undefined,
  denial: undefined,
});

export const rememberDenial = (slot: LeaseSlot, hold: Money, refusal: LeaseRefusal, now: EpochMs): void => {
  slot.denial = { hold, until: after(now, denialMs), refusal };
};

export const deniedStill = (slot: LeaseSlot, hold: Money, now: EpochMs): LeaseRefusal | undefined =>
  slot.denial && now < slot.denial.until && hold >= slot.denial.hold ? slot.denial.refusal : undefined;

/** An exponential mean over about eight requests: lease sizes follow a change of load without jumping at every request. */
export const observeCost = (slot: LeaseSlot, cost: Money): void => {
  slot.meanCost = slot.meanCost === zero ? cost : picodollars(slot.meanCost + (cost - slot.meanCost) / 8n);
};

export const leasesOf = (slot: LeaseSlot): readonly HeldLease[] =>
  slot.current ? [slot.current, ...slot.retiring] : [...slot.retiring];

/** Nothing of it is in use any more, nor will be: forgetting it costs nothing. */
export const isStale = (slot: LeaseSlot, now: EpochMs): boolean =>
  slot.writing === undefined && leasesOf(slot).every((lease) => isDrained(lease) && lease.expiresAt <= now);

/** Has everybody else wait for a write: it is all that changes which leases are open. A failure is its caller's alone. */
export const exclusively = <Result>(slot: LeaseSlot, write: Promise<Result>): Promise<Result> => {
  const ended = (): void => {
    slot.writing = undefined;
  };
  slot.writing = write.then(ended, ended);
  return write;
};
