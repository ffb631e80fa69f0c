import { type Money, larger, subtract, zero } from "../../money.ts";

/**
 * A month costs at least `amount`, used or not. Only a customer's own price can say so: in a list price it would bill
 * everyone for every model.
 */
export type MinimumCommit = { readonly shape: "minimum-commit"; readonly amount: Money };

/** What is missing to the commitment after `charged`. */
export const commitShortfall = ({ amount }: MinimumCommit, charged: Money): Money =>
  larger(subtract(amount, charged), zero);
