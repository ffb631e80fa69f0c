import type { UsageEvent } from "../../core/billing/usage-event.ts";
import { type Money, add, picodollars, zero } from "../../core/money.ts";
import { type Cell, cellName, grantedIn } from "../../core/admission/cell.ts";
import type { PurseId } from "../../core/admission/purse.ts";

/** What one purse looks like when every lease is closed, and every transfer received. */
export type PurseEnd = {
  readonly purse: PurseId;
  readonly limit: Money;
  /** What the usage events on record say that its requests cost. */
  readonly billed: Money;
  readonly cells: readonly Cell[];
};

export const overspendOf = ({ billed, limit }: PurseEnd): Money =>
  picodollars(billed > limit ? billed - limit : 0n);

/** Everything that does not hold, in words; empty for a run that is right. */
export const problemsWith = (end: PurseEnd): readonly string[] => {
  const { purse, limit, billed, cells } = end;
  const spent = add(zero, ...cells.map((cell) => cell.spent));
  const funded = add(zero, ...cells.map((cell) => cell.funded));
  return [
    overspendOf(end) > zero && `overspend: ${purse} spent ${billed} of ${limit}`,
    spent !== billed && `spent differs from usage events: ${purse} has ${spent}, events say ${billed}`,
    funded !== limit && `money is not conserved: ${purse} was given ${limit}, and has had ${funded}`,
    ...cells.flatMap((cell) => {
      const parts = add(cell.available, grantedIn(cell), cell.spent);
      return [
        cell.available < zero && `overdrawn: ${cellName(cell.key)} has ${cell.available} available`,
        parts !== cell.funded &&
          `money is not conserved: ${cellName(cell.key)} had ${cell.funded}, and has ${parts}`,
      ];
    }),
  ].filter((problem) => problem !== false);
};

/** What does not hold of usage events by themselves. */
export const problemsWithEvents = (events: readonly UsageEvent[]): readonly string[] =>
  events.flatMap(({ request, cost, hold, absorbed, waived }) => [
    ...(cost > hold ? [`${request} is billed ${cost}, more than its hold of ${hold}`] : []),
    ...(absorbed !== undefined && (cost > zero || !waived) ? [`${request} is absorbed, and billed`] : []),
  ]);
