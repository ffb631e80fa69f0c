import { type Money, picodollars } from "../money.ts";
import { type EpochMs, after } from "../time.ts";
import type { Grant } from "./cell.ts";
import { type HeldLease, freeIn } from "./held-lease.ts";

export type LeaseTerms = {
  /** How long a lease admits requests beyond the one that it was opened for. */
  readonly admitMs: number;
  /** How long after its deadline a request may still be writing its usage event. */
  readonly settleMs: number;
  /** The most that storing a usage event takes, retries included. */
  readonly storeMsMax: number;
  /** The most by which two of our clocks may differ. */
  readonly clockSkewMaxMs: number;
  /** About how many requests a lease is to last for. */
  readonly requestsPerLease: bigint;
};

export const leaseTerms: LeaseTerms = {
  admitMs: 5 * 60_000,
  settleMs: 30_000,
  storeMsMax: 15_000,
  clockSkewMaxMs: 15_000,
  requestsPerLease: 20n,
};

/** What a new lease is to serve. */
export type Demand = {
  /** Of the request that it is opened for. */
  readonly hold: Money;
  /** Holds of all requests that wait for it, this one included. */
  readonly waiting: Money;
  /** What requests cost here lately; zero before the first is settled. */
  readonly meanCost: Money;
};

/** What a cell can give: `reachable` counts what the leases closed in the same write give back. */
export type Room = { readonly reachable: Money; readonly openLeases: number };

/** The decisions that safety rests on, apart from the machinery that carries them out. */
export type LeaseRules = {
  /** Whether the lease can take one more request: enough is free, and the request is over before the lease is. */
  admits(lease: HeldLease, hold: Money, deadline: EpochMs): boolean;
  /**
   * Whether a usage event that is sent from now on may come to be stored when the request's lease is over, and closed at
   * what its events said until then. Such an event must not cost anything.
   */
  isLate(deadline: EpochMs, now: EpochMs): boolean;
  /** Until when a lease of `amount`, opened for a request with this hold and deadline, may be in use. */
  expiresAt(amount: Money, hold: Money, deadline: EpochMs): EpochMs;
  /** Whether nobody can be using the lease any more, whatever their clock says. */
  isOver(grant: Grant, now: EpochMs): boolean;
  /** How much to take. The rooms have the hold: the amount is never less, and never more than any of them has. */
  amount(demand: Demand, rooms: readonly Room[]): Money;
  /**
   * Near exhaustion: one request takes a whole share or more, so that its lease is for it alone. What it leaves is what
   * others are refused for, so it is closed when the request ends.
   */
  isScarce(demand: Demand, rooms: readonly Room[]): boolean;
};

/** The last moment at which the event of a request with this deadline may be stored and be billed: no lease of it is over by then. */
const fence = (deadline: EpochMs, { settleMs }: LeaseTerms): EpochMs => after(deadline, settleMs);

export const leaseRules = (terms: LeaseTerms = leaseTerms): LeaseRules => ({
  admits: (lease, hold, deadline) => freeIn(lease) >= hold && fence(deadline, terms) <= lease.expiresAt,

  isLate: (deadline, now) => after(now, terms.storeMsMax) > fence(deadline, terms),

  expiresAt(amount, hold, deadline) {
    // Near exhaustion a lease is for one request: it gives back what that leaves as soon as can be.
    const admitMs = amount === hold ? 0 : terms.admitMs;
    return after(fence(deadline, terms), admitMs);
  },

  isOver: (grant, now) => now >= after(grant.expiresAt, terms.clockSkewMaxMs),

  amount({ hold, waiting, meanCost }, rooms) {
    const wanted = waiting + meanCost * terms.requestsPerLease;
    const capped = rooms.map(shareOf).reduce((least, share) => (share < least ? share : least), wanted);
    return picodollars(capped > hold ? capped : hold);
  },

  isScarce: ({ hold }, rooms) => rooms.some((room) => shareOf(room) <= hold),
});

/** Half of an equal share: what is left for others shrinks by a factor, never to nothing at once. */
const shareOf = ({ reachable, openLeases }: Room): bigint => reachable / BigInt(2 * openLeases);
