import type { RequestId } from "../identifiers.ts";
import { type Money, add, zero } from "../money.ts";
import type { EpochMs } from "../time.ts";
import { auditCells } from "./audit-cells.ts";
import { auditCounters } from "./audit-counters.ts";
import { collect } from "./audit-collect.ts";
import { collectEvidence, costOf } from "./audit-evidence.ts";
import { auditInvoice } from "./audit-invoice.ts";
import { auditLedger } from "./audit-ledger.ts";
import { type AuditNotice, type AuditReport, dollars, finding, moment } from "./audit-report.ts";
import type { AuditScope, AuditViews } from "./audit-views.ts";
import { countsBetween } from "./counters-totals.ts";

/**
 * Proves that archive = counters = what cells took = ledger = invoice lines before rounding, for a customer and a period.
 * Each link is checked by itself and names the first event, lease or transfer at which it breaks. Changes nothing.
 */
export const audit = async (views: AuditViews, scope: AuditScope, now: EpochMs): Promise<AuditReport> => {
  const evidence = await collectEvidence(views.archive(), scope);
  const { customer, from, until } = scope;
  const counts = await collect(countsBetween(views.counters, customer, from, until));
  const cells = await auditCells(views.settlements, scope, evidence.leases);
  const earnings = await collect(views.earnings(scope));
  const earned = sum(earnings.map(({ amount }) => amount));
  const ledger = auditLedger(cells.booked, earnings, now);
  const invoiced = await views.invoiced(scope);

  const links = [
    finding("archive intact", evidence.objects, evidence.breaks),
    auditCounters(evidence.events, counts),
    cells.finding,
    ledger.finding,
    ...(invoiced
      ? [auditInvoice(evidence.events, invoiced, add(earned, ledger.pending), cells.carried)]
      : []),
  ];
  const archived = new Set(evidence.events.map(({ request }) => request));
  return {
    scope,
    ok: links.every(({ breaks }) => breaks === 0),
    links,
    totals: {
      archive: costOf(evidence.events),
      counters: sum(counts.map(({ tally }) => tally.cost)),
      cells: sum(cells.booked.map(({ spent }) => spent)),
      ledger: earned,
      ...(invoiced && { invoice: sum(invoiced.map(({ amount }) => amount)) }),
    },
    notices: [
      ...(await unbilled(views, scope, archived)),
      ...evidence.notices,
      ...cells.notices,
      ...(ledger.pending === zero ? [] : [notPosted(ledger.pending)]),
      ...(invoiced ? [] : [notInvoiced(scope)]),
    ],
  };
};

const sum = (amounts: readonly Money[]): Money => add(zero, ...amounts);

/** Requests that were served and that nobody pays for, unless their events have been put into the archive since. */
const unbilled = async (
  views: AuditViews,
  scope: AuditScope,
  archived: ReadonlySet<RequestId>,
): Promise<readonly AuditNotice[]> => {
  const notices: AuditNotice[] = [];
  for await (const { request, admittedAt, model, cost } of views.unrecorded(scope)) {
    if (archived.has(request)) continue;
    notices.push({
      kind: "unrecorded",
      subject: request,
      message: `Request ${request} of ${moment(admittedAt)} to ${model} could not be recorded and is not billed: it cost ${dollars(cost)}. Its event is in the log.`,
    });
  }
  for await (const { request, admittedAt, model } of views.crashed(scope)) {
    if (archived.has(request)) continue;
    notices.push({
      kind: "crashed",
      subject: request,
      message: `Request ${request} of ${moment(admittedAt)} to ${model} crashed before its usage was recorded and is not billed.`,
    });
  }
  return notices;
};

const notPosted = (amount: Money): AuditNotice => ({
  kind: "open",
  subject: "ledger",
  message: `Cells took ${dollars(amount)} in the last hours that the ledger has yet to post.`,
});

const notInvoiced = ({ from, until }: AuditScope): AuditNotice => ({
  kind: "not-invoiced",
  subject: "invoice",
  message: `No invoice covers the usage from ${moment(from)} to ${moment(until)} yet: the last link was not checked.`,
});
