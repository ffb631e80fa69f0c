import type { QuantityKind } from "../billing/quantities.ts";
import { type Money, zero } from "../money.ts";
import type { Price } from "./price.ts";

/**
 * What one unit of a kind costs. Cached input without a rate of its own costs as much as input. A kind that a price does
 * not name is not sold by it.
 */
export const rateOfKind = (kind: QuantityKind, { rates }: Price): Money =>
  rates[kind] ?? (kind === "cachedInputTokens" ? rates.inputTokens : undefined) ?? zero;
