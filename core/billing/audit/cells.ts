import { leaseTerms } from "../../admission/lease-rules.ts";
import { type LeaseId, openedAt } from "../../identifiers.ts";
import { type Money, add, subtract, zero } from "../../money.ts";
import type { CellClosings, ClosedLease } from "../cell-closings.ts";
import { type ClosingChain, chainBreaks } from "./closing-chains.ts";
import type { ArchivedLease, Evidence } from "./evidence.ts";
import { type AuditBreak, type AuditNotice, type LinkFinding, dollars, finding, moment } from "./report.ts";
import { epochMs } from "../../time.ts";
import type { AuditScope, WalletView } from "./views.ts";

/** A lease that was opened after its cell was looked at is open for all that is known. */
const { clockSkewMaxMs } = leaseTerms;

/** What the usage in the scope came to in the cells. */
export type CellsAudit = {
  readonly finding: LinkFinding;
  readonly notices: readonly AuditNotice[];
  /** Of the leases that were used in the scope and are closed: what the scope's part of each took, and where. */
  readonly taken: readonly Taken[];
  /** Used in the scope under leases that are still open. */
  readonly open: Money;
};

export type Taken = { readonly amount: Money; readonly closings: CellClosings };

/** Compares each lease's events with what closing it took from the wallet, and each cell with the closings that made it. */
export const auditCells = (
  scope: AuditScope,
  { leases, closings }: Pick<Evidence, "leases" | "closings">,
  chains: readonly ClosingChain[],
  { cells, seenAt }: WalletView,
): CellsAudit => {
  const seenOpen = new Set(cells.flatMap(({ grants }) => [...grants.keys()]));
  const isOpen = (lease: LeaseId): boolean =>
    seenOpen.has(lease) || openedAt(lease) >= epochMs(Math.max(0, seenAt - clockSkewMaxMs));
  const breaks: AuditBreak[] = chains.flatMap(chainBreaks);
  const notices: AuditNotice[] = [];
  const closedBy = new Map<LeaseId, { readonly lease: ClosedLease; readonly closings: CellClosings }>();
  for (const entry of closings)
    for (const lease of entry.leases) {
      if (closedBy.has(lease.lease)) breaks.push(closedTwice(lease, entry));
      closedBy.set(lease.lease, { lease, closings: entry });
    }

  const isOfScope = (lease: LeaseId): boolean =>
    leases.get(lease)?.isUsedInScope ?? (openedAt(lease) >= scope.from && openedAt(lease) < scope.until);
  const compared = [...new Set([...leases.keys(), ...closedBy.keys()])].filter(isOfScope);
  const taken: Taken[] = [];
  let open = zero;
  let expired = 0;
  for (const id of compared) {
    const events: LeaseEvents = leases.get(id) ?? noEvents;
    const closed = closedBy.get(id);
    if (closed) {
      const { lease, closings: entry } = closed;
      if (lease.spent !== events.cost) breaks.push(differs(lease, entry, events));
      if (lease.expired) expired += 1;
      const outside = subtract(events.cost, events.costInScope);
      taken.push({ amount: subtract(lease.spent, outside), closings: entry });
    } else if (isOpen(id)) {
      open = add(open, events.costInScope);
      notices.push(stillOpen(id, events));
    } else breaks.push(neverClosed(id, events));
  }
  if (expired > 0) notices.push(ranOut(expired));
  return { finding: finding("archive = cells", compared.length, breaks), notices, taken, open };
};

/** Of a lease that no event names there is no first one. */
type LeaseEvents = Pick<ArchivedLease, "cost" | "costInScope"> & Partial<Pick<ArchivedLease, "first">>;

const noEvents: LeaseEvents = { cost: zero, costInScope: zero };

const firstOf = ({ first }: LeaseEvents): string =>
  first === undefined ? "No event of it is in the archive." : `Its first event is ${first}.`;

const stillOpen = (lease: LeaseId, { cost }: LeaseEvents): AuditNotice => ({
  kind: "open",
  subject: lease,
  message: `Lease ${lease} is still open: its usage of ${dollars(cost)} so far is not taken from the wallet yet.`,
});

/** Nothing is written of a small request before it ends, so nothing more can be said of one that did not. */
const ranOut = (count: number): AuditNotice => ({
  kind: "expired",
  subject: "leases",
  message: `${count} ${count === 1 ? "lease" : "leases"} ran out and ${count === 1 ? "was" : "were"} closed for the processes that held them. A request that was in flight when such a process died is not billed.`,
});

const closedTwice = ({ lease }: ClosedLease, { cell, closedAt }: CellClosings): AuditBreak => ({
  subject: lease,
  message: `Lease ${lease} was closed twice, the second time at ${moment(closedAt)} in cell ${cell}.`,
});

const neverClosed = (lease: LeaseId, events: LeaseEvents): AuditBreak => ({
  subject: events.first ?? lease,
  message: `Lease ${lease} is not open and was never closed, but its events cost ${dollars(events.cost)}. ${firstOf(events)}`,
});

const differs = (
  { lease, spent }: ClosedLease,
  { cell, closedAt }: CellClosings,
  events: LeaseEvents,
): AuditBreak => ({
  subject: events.first ?? lease,
  message:
    `Cell ${cell} took ${dollars(spent)} from the wallet when lease ${lease} was closed at ${moment(closedAt)}, ` +
    `but the events archived for it cost ${dollars(events.cost)}. ${firstOf(events)}`,
});
