import { type Money, isAbsurd } from "../money.ts";
import { quantityKinds } from "../billing/quantities.ts";
import type { PriceFault, PriceFaultCode } from "./price-fault.ts";
import { type PriceTerm, isQuantityTerm } from "./price-term.ts";
import type { PriceVersion } from "./price-version.ts";
import { type TierFault, tierFault } from "./price-shapes/tier.ts";

/** What is wrong with a version by itself; empty: it can be published if it fits among the others. */
export const priceVersionFaults = (version: PriceVersion): readonly PriceFault[] => [
  ...periodFaults(version),
  ...rateFaults(version),
  ...version.terms.flatMap((term) => termFaults(term, version)),
  ...conflictFaults(version.terms),
];

const fault = (code: PriceFaultCode, message: string): readonly PriceFault[] => [{ code, message }];

const periodFaults = ({ from, until }: PriceVersion): readonly PriceFault[] =>
  until !== undefined && until <= from
    ? fault("period_empty", "The price ends before it starts: `until` must be later than `from`.")
    : [];

const rateFaults = ({ price }: PriceVersion): readonly PriceFault[] => {
  const rated = quantityKinds.filter((kind) => price.rates[kind] !== undefined);
  if (rated.length === 0) return fault("nothing_sold", "The price names no rate: it would sell nothing.");
  return rated.flatMap((kind) => amountFaults(price.rates[kind], `The rate of ${kind}`));
};

const amountFaults = (amount: Money | undefined, what: string): readonly PriceFault[] => {
  if (amount === undefined) return [];
  if (amount < 0n) return fault("amount_negative", `${what} is negative.`);
  return isAbsurd(amount) ? fault("amount_absurd", `${what} is larger than any amount of money.`) : [];
};

const termFaults = (term: PriceTerm, { price, customer }: PriceVersion): readonly PriceFault[] => {
  if (term.shape === "minimum-commit") {
    if (!customer)
      return fault(
        "commit_in_list_price",
        "A minimum commit belongs to a customer's own price, not to the list's.",
      );
    if (term.amount === 0n)
      return fault("commit_empty", "A minimum commit of nothing says nothing: leave it out.");
    return amountFaults(term.amount, "The minimum commit");
  }
  if (price.rates[term.kind] === undefined)
    return fault(
      "kind_without_rate",
      `A ${term.shape} term needs a rate of ${term.kind}: requests are held at it.`,
    );
  switch (term.shape) {
    case "graduated":
    case "volume": {
      const found = tierFault(term.tiers);
      if (found) return fault(found, `${tierMessages[found]} (${term.shape}, ${term.kind})`);
      return term.tiers.flatMap(({ unitPrice }) => amountFaults(unitPrice, `A tier of ${term.kind}`));
    }
    case "package":
      if (!isPositiveCount(term.units))
        return fault(
          "package_empty",
          `A package of ${term.kind} holds a whole number of units, at least one.`,
        );
      return amountFaults(term.packagePrice, `The package of ${term.kind}`);
    case "free-allowance":
      return isPositiveCount(term.units)
        ? []
        : fault("allowance_empty", `An allowance of ${term.kind} is a whole number of units, at least one.`);
  }
};

const isPositiveCount = (units: number): boolean => Number.isSafeInteger(units) && units > 0;

const tierMessages = {
  no_tiers: "There are no tiers.",
  last_tier_closed: "The last tier must be open (no `upTo`), or larger quantities would have no price.",
  tier_open: "Only the last tier may be open: the ones after it would never be reached.",
  tier_empty: "Every tier must reach further than the one before, in whole units.",
  amount_negative: "A tier's unit price is negative.",
} as const satisfies Record<TierFault, string>;

/** Two terms for one quantity would both claim to be its price. */
const conflictFaults = (terms: readonly PriceTerm[]): readonly PriceFault[] => {
  const subjects = terms.map((term) => (isQuantityTerm(term) ? term.kind : term.shape));
  const repeated = subjects.filter((subject, index) => subjects.indexOf(subject) < index);
  return repeated.flatMap((subject) => fault("terms_conflict", `More than one term prices ${subject}.`));
};
