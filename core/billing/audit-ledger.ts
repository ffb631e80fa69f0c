import { type Money, add, zero } from "../money.ts";
import { type EpochMs, epochMs } from "../time.ts";
import { type AuditBreak, type LinkFinding, dollars, finding, moment } from "./audit-report.ts";
import type { Earning, Settlement } from "./audit-views.ts";

/** A cell in an hour: what leases took from it, and what the ledger made of that. */
type CellHour = {
  readonly cell: string;
  readonly hour: EpochMs;
  readonly settlements: readonly Settlement[];
  readonly earnings: readonly Earning[];
};

export type LedgerAudit = {
  readonly finding: LinkFinding;
  /** What cells took in hours that are not over for long enough to be posted. */
  readonly pending: Money;
};

/** Compares, for each cell and hour, what closed leases took with what the ledger earned. */
export const auditLedger = (
  booked: readonly Settlement[],
  earnings: readonly Earning[],
  now: EpochMs,
): LedgerAudit => {
  const settlementsBy = Map.groupBy(booked, nameOf);
  const earningsBy = Map.groupBy(earnings, nameOf);
  const byTime = [...booked, ...earnings].toSorted((one, other) => one.hour - other.hour);
  const cellHours = new Map(
    byTime.map((entry): [string, CellHour] => {
      const name = nameOf(entry);
      const settlements = settlementsBy.get(name) ?? [];
      return [
        name,
        { cell: entry.cell, hour: entry.hour, settlements, earnings: earningsBy.get(name) ?? [] },
      ];
    }),
  );
  const [pending = [], compared = []] = [true, false].map((wanted) =>
    [...cellHours.values()].filter((cellHour) => isPending(cellHour, now) === wanted),
  );
  return {
    finding: finding("cells = ledger", compared.length, compared.flatMap(compare)),
    pending: sum(pending.flatMap(({ settlements }) => settlements).map(({ spent }) => spent)),
  };
};

const nameOf = ({ cell, hour }: Settlement | Earning): string => `${hour} ${cell}`;

/** An hour is posted once, when it is over and its leases are closed; soon after that it must be. */
const isPending = ({ hour, earnings }: CellHour, now: EpochMs): boolean =>
  earnings.length === 0 && now < epochMs(hour + postedAfterMs);
const postedAfterMs = 2 * 60 * 60_000;

const compare = ({ cell, hour, settlements, earnings }: CellHour): readonly AuditBreak[] => {
  const took = sum(settlements.map(({ spent }) => spent));
  const earned = sum(earnings.map(({ amount }) => amount));
  if (took === earned) return [];
  const [settlement] = settlements;
  const [earning] = earnings;
  const cells = settlement ? `took ${dollars(took)}, first for lease ${settlement.lease}` : "closed no lease";
  const ledger = earning
    ? `earned ${dollars(earned)} by transfer ${earning.transfer}`
    : "has no transfer for it";
  return [
    {
      subject: earning?.transfer ?? settlement?.lease ?? cell,
      message: `In the hour from ${moment(hour)} cell ${cell} ${cells}; the ledger ${ledger}.`,
    },
  ];
};

const sum = (amounts: readonly Money[]): Money => add(zero, ...amounts);
