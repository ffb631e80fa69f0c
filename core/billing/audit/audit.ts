import { type Money, add, subtract, zero } from "../../money.ts";
import { epochMs } from "../../time.ts";
import { countsBetween } from "../counters-totals.ts";
import { startOfHour } from "../counters-key.ts";
import { auditCells } from "./cells.ts";
import { collect } from "./collect.ts";
import { closingChains } from "./closing-chains.ts";
import { auditCounters } from "./counters.ts";
import { type Evidence, evidenceFrom, leadMs } from "./evidence.ts";
import { auditInvoice } from "./invoice.ts";
import { auditLedger } from "./ledger.ts";
import { type AuditNotice, type AuditReport, dollars, finding, moment } from "./report.ts";
import type { AuditScope, AuditedBooks, WalletView } from "./views.ts";

/**
 * Proves that archive = counters = what cells took = ledger = invoice lines before rounding, for a customer and a time.
 * Each link is checked by itself and names the first event, lease or transfer at which it breaks. Changes nothing.
 * `evidence` comes from `gatherEvidence`, which was begun after the wallet was looked at.
 */
export const audit = async (
  books: AuditedBooks,
  scope: AuditScope,
  wallet: WalletView,
  evidence: Evidence,
): Promise<AuditReport> => {
  const { customer, from, until } = scope;
  // A transfer's hour may have begun before the first of what it earned.
  const earningsFrom = epochMs(Math.max(0, startOfHour(from) - leadMs - 60 * 60_000));
  const [counts, earnings, posted, invoiced] = await Promise.all([
    collect(countsBetween(books.counters, customer, from, until)),
    collect(books.earnings(customer, earningsFrom)),
    books.posted(customer),
    books.invoiced(scope),
  ]);
  const counting = auditCounters(evidence, counts, wallet.seenAt);
  const chains = closingChains(wallet.cells, evidence.closings);
  const taking = auditCells(scope, evidence, chains, wallet);
  const taken = sum(taking.taken.map(({ amount }) => amount));
  const earned = sum(
    taking.taken
      .filter(({ closings }) => closings.spentAfter <= (posted[closings.cell] ?? zero))
      .map(({ amount }) => amount),
  );
  const pending = subtract(taken, earned);

  const links = [
    finding("archive intact", evidence.objects, evidence.breaks),
    counting.finding,
    taking.finding,
    auditLedger(chains, earnings, posted, evidenceFrom([scope]), wallet.seenAt),
    ...(invoiced ? [auditInvoice(evidence, invoiced, add(taken, taking.open))] : []),
  ];
  return {
    scope,
    ok: links.every(({ breaks }) => breaks === 0),
    links,
    totals: {
      archive: evidence.cost,
      counters: sum(counts.map(({ tally }) => tally.cost)),
      cells: taken,
      open: taking.open,
      ledger: earned,
      ...(invoiced && { invoice: sum(invoiced.map(({ amount }) => amount)) }),
    },
    notices: [
      ...evidence.notices,
      ...counting.notices,
      ...taking.notices,
      ...(pending === zero ? [] : [notPosted(pending)]),
      ...(invoiced ? [] : [notInvoiced(scope)]),
    ],
  };
};

const sum = (amounts: readonly Money[]): Money => add(zero, ...amounts);

const notPosted = (amount: Money): AuditNotice => ({
  kind: "open",
  subject: "ledger",
  message: `Cells took ${dollars(amount)} in the last hours that the ledger has yet to post.`,
});

const notInvoiced = ({ from, until }: AuditScope): AuditNotice => ({
  kind: "not-invoiced",
  subject: "invoice",
  message: `No invoice covers just the usage from ${moment(from)} to ${moment(until)}: the last link was not checked. Audit a month that is closed to check it.`,
});
