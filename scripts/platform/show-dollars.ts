import { type Money, formatDollars } from "../../core/money.ts";

/** An exact amount for people: at least whole cents, further digits only where they are not zero. */
export const showDollars = (amount: Money): string => {
  const [dollars = "0", fraction = ""] = formatDollars(amount).split(".");
  return `$${dollars}.${fraction.padEnd(2, "0")}`;
};
