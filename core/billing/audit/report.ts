import { type Money, formatDollars, subtract, zero } from "../../money.ts";
import type { EpochMs } from "../../time.ts";
import { dateAt } from "../invoice/billing-month.ts";
import type { AuditScope } from "./views.ts";

/** The chain from evidence to bill. Each link says that two independent views agree. */
export const auditLinks = [
  "archive intact",
  "archive = counters",
  "archive = cells",
  "cells = ledger",
  "ledger = invoice",
] as const;
export type AuditLink = (typeof auditLinks)[number];

/** Where two views disagree. */
export type AuditBreak = {
  /** What to look at: the id of an event, lease, transfer or counter, or the name of an object. */
  readonly subject: string;
  /** One sentence for an accountant. */
  readonly message: string;
};

/** How a link was found. `breaks` counts all of them; only the first is shown, because the others often follow from it. */
export type LinkFinding = {
  readonly link: AuditLink;
  /** How many things were compared. */
  readonly checked: number;
  readonly breaks: number;
  readonly first?: AuditBreak;
};

/** What is as it should be and yet needs saying: money that nobody was charged, or that is not settled yet. */
export type AuditNotice = {
  readonly kind: "crashed" | "expired" | "moving" | "unreadable" | "open" | "absorbed" | "not-invoiced";
  readonly subject: string;
  readonly message: string;
};

/** What each of the books says that the usage in the scope cost. Once its leases are closed and posted, all say the same. */
export type AuditTotals = {
  readonly archive: Money;
  readonly counters: Money;
  /** Taken by leases that are closed. */
  readonly cells: Money;
  /** Under leases that are still open. */
  readonly open: Money;
  /** Of what cells took: what is posted. */
  readonly ledger: Money;
  readonly invoice?: Money;
};

export type AuditReport = {
  readonly scope: AuditScope;
  /** Every link holds. */
  readonly ok: boolean;
  readonly links: readonly LinkFinding[];
  readonly totals: AuditTotals;
  readonly notices: readonly AuditNotice[];
};

/** A finding from what was compared. */
export const finding = (
  link: AuditLink,
  checked: number,
  [first, ...others]: readonly AuditBreak[],
): LinkFinding => ({ link, checked, breaks: first ? 1 + others.length : 0, ...(first && { first }) });

export const dollars = (amount: Money): string => {
  const text = formatDollars(amount);
  return text.startsWith("-") ? `-$${text.slice(1)}` : `$${text}`;
};

/** "2026-01-31 13:45 UTC": the minute, which is all that a reader looks for. */
export const moment = (instant: EpochMs): string => {
  const minutes = Math.floor(instant / 60_000) % (24 * 60);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${dateAt(instant, "UTC")} ${two(Math.floor(minutes / 60))}:${two(minutes % 60)} UTC`;
};

/** The report for people, one line per link. */
export const auditText = ({ scope, ok, links, totals, notices }: AuditReport): string =>
  [
    `Audit of ${scope.customer}, usage from ${moment(scope.from)} to ${moment(scope.until)}`,
    "",
    ...links.flatMap(linkLines),
    "",
    `  archive   ${dollars(totals.archive)}`,
    `  counters  ${dollars(totals.counters)}`,
    `  cells     ${dollars(totals.cells)}${totals.open === zero ? "" : `, and ${dollars(totals.open)} under open leases`}`,
    `  ledger    ${dollars(totals.ledger)}${totals.ledger === totals.cells ? "" : `, and ${dollars(subtract(totals.cells, totals.ledger))} to be posted`}`,
    ...(totals.invoice === undefined ? [] : [`  invoice   ${dollars(totals.invoice)}`]),
    ...(notices.length > 0 ? ["", "Please note"] : []),
    ...notices.map(({ message }) => `  - ${message}`),
    "",
    ok ? "The books balance to the picodollar." : "The books do NOT balance.",
    "",
  ].join("\n");

const linkLines = ({ link, checked, breaks, first }: LinkFinding): readonly string[] => [
  `  ${first ? "BROKEN" : "ok    "}  ${link.padEnd(20)}${checked} compared${breaks > 0 ? `, ${breaks} differ` : ""}`,
  ...(first ? [`          first: ${first.message}`] : []),
];

/** The report for programs. Amounts are decimal dollars as text; instants are epoch milliseconds. */
export const auditJson = (report: AuditReport): string =>
  JSON.stringify(
    {
      ...report,
      totals: Object.fromEntries(
        Object.entries(report.totals).map(([view, amount]) => [view, formatDollars(amount)]),
      ),
    },
    undefined,
    2,
  );
