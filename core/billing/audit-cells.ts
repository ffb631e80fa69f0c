import type { LeaseId } from "../identifiers.ts";
import { type Money, add, subtract, zero } from "../money.ts";
import { collect } from "./audit-collect.ts";
import { costOf, isInScope } from "./audit-evidence.ts";
import {
  type AuditBreak,
  type AuditNotice,
  type LinkFinding,
  dollars,
  finding,
  moment,
} from "./audit-report.ts";
import type { AuditScope, AuditViews, Settlement } from "./audit-views.ts";
import type { UsageEvent } from "./usage-event.ts";

export type CellsAudit = {
  readonly finding: LinkFinding;
  readonly notices: readonly AuditNotice[];
  /** The settlements that the ledger books in the scope. */
  readonly booked: readonly Settlement[];
  /** What the booked ledger must differ from the scope's usage by: see `auditInvoice`. */
  readonly carried: Carried;
};

/** Usage and booking fall into different periods where a lease crosses the bounds, or was closed late. */
export type Carried = {
  /** Used in the scope; booked in another, or not yet, or never. */
  readonly usedHereOnly: Money;
  /** Booked in the scope; used in another. */
  readonly bookedHereOnly: Money;
};

/** Compares each lease's events with what closing it took from the wallet. */
export const auditCells = async (
  settlements: AuditViews["settlements"],
  scope: AuditScope,
  leases: ReadonlyMap<LeaseId, readonly UsageEvent[]>,
): Promise<CellsAudit> => {
  const booked = await collect(settlements.bookedIn(scope));
  const bookedByLease = new Map(booked.map((settlement) => [settlement.lease, settlement]));
  const used = [...leases].filter(([, events]) => events.some((event) => isInScope(scope, event)));
  const compared = new Set([...used.map(([lease]) => lease), ...bookedByLease.keys()]);
  const breaks: AuditBreak[] = [];
  const notices: AuditNotice[] = [];
  let usedHereOnly = zero;
  let bookedHereOnly = zero;
  for (const lease of compared) {
    const events = leases.get(lease) ?? [];
    const bookedHere = bookedByLease.get(lease);
    const usedHere = costOf(events.filter((event) => isInScope(scope, event)));
    if (bookedHere) bookedHereOnly = add(bookedHereOnly, subtract(costOf(events), usedHere));
    else usedHereOnly = add(usedHereOnly, usedHere);
    const settlement = bookedHere ?? (await settlements.of(lease));
    if (settlement && settlement.spent !== costOf(events)) breaks.push(differs(settlement, events));
    if (settlement) continue;
    if (await settlements.isOpen(lease)) notices.push(openLease(lease, events));
    else breaks.push(neverSettled(lease, events));
  }
  return {
    finding: finding("archive = cells", compared.size, breaks),
    notices,
    booked,
    carried: { usedHereOnly, bookedHereOnly },
  };
};

const firstOf = ([first]: readonly UsageEvent[]): string =>
  first ? `Its first event is ${first.request}.` : "No event of it is in the archive.";

const openLease = (lease: LeaseId, events: readonly UsageEvent[]): AuditNotice => ({
  kind: "open",
  subject: lease,
  message: `Lease ${lease} is still open: its usage of ${dollars(costOf(events))} so far is not taken from the wallet yet.`,
});

const neverSettled = (lease: LeaseId, events: readonly UsageEvent[]): AuditBreak => ({
  subject: events[0]?.request ?? lease,
  message: `Lease ${lease} is not open and was never settled, but its events cost ${dollars(costOf(events))}. ${firstOf(events)}`,
});

const differs = (
  { lease, cell, spent, closedAt }: Settlement,
  events: readonly UsageEvent[],
): AuditBreak => ({
  subject: events[0]?.request ?? lease,
  message:
    `Cell ${cell} took ${dollars(spent)} from the wallet when lease ${lease} was closed at ${moment(closedAt)}, ` +
    `but the events archived for it cost ${dollars(costOf(events))}. ${firstOf(events)}`,
});
