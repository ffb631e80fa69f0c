import type { CustomerId, KeyId, ProjectId } from "../identifiers.ts";
import type { Money } from "../money.ts";
import type { EpochMs } from "../time.ts";
import { budgetPurse } from "./budget.ts";
import type { BudgetInterval } from "./budget-period.ts";
import type { RateLimit } from "./rate-window.ts";
import { type Purse, walletPurse } from "./purse.ts";

/** A budget as it is agreed on: its period's length, and what each region's part of a period opens with. */
export type BudgetRule = {
  readonly interval: BudgetInterval;
  readonly shares: Readonly<Record<string, Money>>;
  /** Cells per region; more than one for a hot owner. */
  readonly shards: number;
};

/** Which purses a key's requests draw on, besides its customer's wallet. */
export type SpendingLimits = {
  /** Cells of the wallet per region. */
  readonly walletShards: number;
  /** IANA name: budgets turn at the customer's midnights. */
  readonly timeZone: string;
  readonly budgets: readonly (BudgetRule & { readonly owner: ProjectId | KeyId })[];
  /** Requests and tokens per minute and region, of all the customer's keys together, and of this one. */
  readonly customerRate?: RateLimit;
  readonly keyRate?: RateLimit;
};

/** Every purse that a request admitted at `now` in `region` must fit into. */
export const pursesOf = (
  customer: CustomerId,
  limits: SpendingLimits,
  region: string,
  now: EpochMs,
): readonly Purse[] => [
  walletPurse(customer, limits.walletShards),
  ...limits.budgets.map(({ shares, ...budget }) =>
    budgetPurse(
      { ...budget, timeZone: limits.timeZone, shares: new Map(Object.entries(shares)) },
      region,
      now,
    ),
  ),
];
