import * as z from "zod";
import { budgetIntervals } from "../../../core/admission/budget-period.ts";
import type { RateLimit } from "../../../core/admission/rate-window.ts";
import type { BudgetRule } from "../../../core/admission/spending-limits.ts";
import type { Plain } from "./item.ts";
import { count, money } from "./schemas.ts";

/** A budget inside another item: a key's, or a customer's for a project. */
export const budgetRule = z.object({
  interval: z.enum(budgetIntervals),
  shares: z.record(z.string(), money),
  shards: count,
});

export const plainBudgetRule = ({ interval, shares, shards }: BudgetRule): Plain => ({
  interval,
  shares: { ...shares },
  shards: BigInt(shards),
});

export const rateLimit = z.object({ requests: count.exactOptional(), tokens: count.exactOptional() });

export const plainRateLimit = ({ requests, tokens }: RateLimit): Plain => ({
  ...(requests !== undefined && { requests: BigInt(requests) }),
  ...(tokens !== undefined && { tokens: BigInt(tokens) }),
});
