import { type LeaseId, type RandomBytes, leaseId, newUlid } from "../identifiers.ts";
import { type EpochMs, after } from "../time.ts";

/**
 * Under which lease a request is admitted. A lease is the group in which usage events are stored (the table's partition
 * key) and settled. It reserves no money yet: wallets and budgets will give leases amounts, and this port will then refuse.
 */
export interface Leases {
  leaseFor(now: EpochMs): LeaseId;
}

/** Short enough that one partition stays small, long enough that leases are few. */
const leaseMs = 5 * 60_000;

/** Leases of one process, replaced every few minutes. */
export const openLeases = (randomBytes: RandomBytes): Leases => {
  let current: { readonly id: LeaseId; readonly openedAt: EpochMs } | undefined;
  return {
    leaseFor(now) {
      // A clock that jumped back must not stretch a lease.
      if (!current || now < current.openedAt || now >= after(current.openedAt, leaseMs)) {
        current = { id: leaseId(newUlid(now, randomBytes)), openedAt: now };
      }
      return current.id;
    },
  };
};
