import type { BudgetRule } from "../admission/spending-limits.ts";
import type { RateLimit } from "../admission/rate-window.ts";
import type { CustomerId, ProjectId } from "../identifiers.ts";
import type { EpochMs } from "../time.ts";

/** Who pays. Keys belong to a customer, and optionally to one of its projects. */
export type Customer = {
  readonly id: CustomerId;
  readonly name: string;
  /** IANA name: budgets and invoices turn at this zone's midnights. */
  readonly timeZone: string;
  /** Cells of the wallet per region; more than one for a hot customer. */
  readonly walletShards: number;
  readonly projectBudgets?: Readonly<Partial<Record<ProjectId, BudgetRule>>>;
  /** Of all its keys together, per minute and region. */
  readonly rateLimit?: RateLimit;
  readonly createdAt: EpochMs;
};
