import { type KeyId, type ProjectId, parseKeyId } from "../identifiers.ts";
import { type Money, add, zero } from "../money.ts";
import type { EpochMs } from "../time.ts";
import { type BudgetInterval, budgetPeriodAt } from "./budget-period.ts";
import { type Purse, budgetPurseId } from "./purse.ts";

/**
 * What a project or a key may spend per period, however full the wallet is.
 *
 * The limit is held as one share per region, so that no rounding can make the parts more than the whole, and so that
 * a region opens its part of a new period without asking another. A change of limit or shares takes effect with the
 * next period: the running one was opened with what was agreed when it began, and is raised by a credit.
 */
export type Budget = {
  readonly owner: ProjectId | KeyId;
  readonly interval: BudgetInterval;
  /** IANA name, such as `Australia/Lord_Howe`. */
  readonly timeZone: string;
  readonly shares: ReadonlyMap<string, Money>;
  readonly shards: number;
};

/** The sum of the shares. */
export const limitOf = (budget: Budget): Money => add(...budget.shares.values());

/** The purse that a request admitted at `now` in `region` draws on; one that ends in the next period still does. */
export const budgetPurse = (budget: Budget, region: string, now: EpochMs): Purse => ({
  id: budgetPurseId(budget.owner, budgetPeriodAt(budget.interval, budget.timeZone, now).startsAt),
  kind: parseKeyId(budget.owner) === undefined ? "project_budget" : "key_budget",
  shards: budget.shards,
  share: budget.shares.get(region) ?? zero,
});
