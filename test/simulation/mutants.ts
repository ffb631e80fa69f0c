import { leaseId, newUlid } from "../../core/identifiers.ts";
import { type Money, add, picodollars, zero } from "../../core/money.ts";
import { type LeaseHolder, type LeaseHolderOptions, leaseHolder } from "../../core/admission/lease-holder.ts";
import { freeIn } from "../../core/admission/held-lease.ts";
import { type LeaseWrite, applyLeaseWrite } from "../../core/admission/lease-write.ts";
import type { Cell } from "../../core/admission/cell.ts";
import { type Parts, soundParts } from "./parts.ts";

/** Bugs that someone could write. Each breaks one rule, and a simulation that does not notice is worth nothing. */

/** A lease admits as long as it has money, however old it is. */
const noFence: Parts = {
  ...soundParts,
  rules: { ...soundParts.rules, admits: (lease, hold) => freeIn(lease) >= hold },
};

/** Requests set aside what they usually cost, not what they can cost. */
const hopefulHold: Parts = {
  ...soundParts,
  holders: () => (options) => {
    const holder = leaseHolder(options);
    const hopeful = (hold: Money): Money => picodollars((hold * 3n) / 10n);
    const least = (one: Money, other: Money): Money => (one < other ? one : other);
    return {
      ...holder,
      acquire: (purses, hold, deadline, now) => holder.acquire(purses, hopeful(hold), deadline, now),
      settle: (lease, hold, cost) => holder.settle(lease, hopeful(hold), least(cost, hopeful(hold))),
    };
  },
};

const withClose = (apply: (cell: Cell, write: LeaseWrite) => Cell | undefined): Parts => ({
  ...soundParts,
  transitions: { ...soundParts.transitions, applyLeaseWrite: apply },
});

/** Closing pays the grant back, and what was left of it once more. */
const doubleRefund = withClose((cell, write) => {
  const after = applyLeaseWrite(cell, write);
  const refund = write.close.reduce<bigint>((sum, { amount, spent }) => sum + amount - spent, 0n);
  return after && { ...after, available: picodollars(after.available + refund) };
});

/** Closing does not ask whether the lease is still open. */
const uncheckedClose = withClose((cell, write) => {
  const grants = new Map(cell.grants);
  for (const { lease, amount } of write.close) {
    if (!grants.has(lease)) grants.set(lease, { amount, expiresAt: soundExpiry(cell, write) });
  }
  return applyLeaseWrite({ ...cell, grants }, write);
});

const soundExpiry = (cell: Cell, write: LeaseWrite) => {
  const [grant = write.open?.grant] = cell.grants.values();
  if (!grant) throw new Error("the expiry of a closed lease is of no account, but there must be one");
  return grant.expiresAt;
};

/** A transfer delivered twice is credited twice. */
const uncheckedReceipt: Parts = {
  ...soundParts,
  transitions: { ...soundParts.transitions, isReceived: () => false },
};

/** An opening that arrives again, after its lease was closed, opens it again: its events are charged twice. */
const ignoredToken: Parts = {
  ...soundParts,
  transitions: { ...soundParts.transitions, isRepeated: () => false },
};

/** An event is billed however late it comes: also when its lease has been closed without it. */
const noLateness: Parts = { ...soundParts, rules: { ...soundParts.rules, isLate: () => false } };

/** A closer gives dead requests their events, and closes the lease at what it had summed before. */
const sumFirst: Parts = {
  ...soundParts,
  usage: (usage) => ({ ...usage, put: async (event) => ({ ...(await usage.put(event)), cost: zero }) }),
};

/** No mutant but the usual way: look whether there is money left, serve, then add what it cost. */
const checkThenAdd: Parts = {
  ...soundParts,
  holders: (limit) => {
    const total = { spent: zero };
    return (options) => checkingHolder(options, limit, total);
  },
};

const checkingHolder = (
  { cells, randomBytes }: LeaseHolderOptions,
  limit: Money,
  total: { spent: Money },
): LeaseHolder => ({
  async acquire(purses, hold, _deadline, now) {
    const [purse] = purses;
    // The look costs a round trip, as a query for the sum does.
    if (purse) await cells.ofPurse(purse.id);
    if (add(total.spent, hold) > limit) {
      return {
        ok: false,
        refusal: { code: "budget_exhausted", purse: "wallet", message: "Nothing is left." },
      };
    }
    return { ok: true, lease: leaseId(newUlid(now, randomBytes)) };
  },
  async settle(_lease, _hold, cost) {
    total.spent = add(total.spent, cost);
  },
  retire: async () => undefined,
});

export const mutants = {
  noFence,
  hopefulHold,
  doubleRefund,
  uncheckedClose,
  uncheckedReceipt,
  ignoredToken,
  noLateness,
  sumFirst,
  checkThenAdd,
};
