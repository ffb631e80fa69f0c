import type { Money } from "../money.ts";
import { type FreeAllowance, allowanceCost } from "./price-shapes/free-allowance.ts";
import { type Graduated, graduatedCost } from "./price-shapes/graduated.ts";
import type { MinimumCommit } from "./price-shapes/minimum-commit.ts";
import { type Package, packageCost } from "./price-shapes/package.ts";
import { type Volume, volumeCost } from "./price-shapes/volume.ts";

/** A term that prices a month's quantity of one kind otherwise than unit by unit. */
export type QuantityTerm = Graduated | Volume | Package | FreeAllowance;

/** What a price says besides its rates. It is settled on the month's invoice, as a discount or a surcharge. */
export type PriceTerm = QuantityTerm | MinimumCommit;

export const isQuantityTerm = (term: PriceTerm): term is QuantityTerm => term.shape !== "minimum-commit";

/** What a month's `quantity` of the term's kind costs under it; `unitPrice` is the list price. */
export const termCost = (term: QuantityTerm, quantity: number, unitPrice: Money): Money => {
  switch (term.shape) {
    case "graduated":
      return graduatedCost(term, quantity);
    case "volume":
      return volumeCost(term, quantity);
    case "package":
      return packageCost(term, quantity);
    case "free-allowance":
      return allowanceCost(term, quantity, unitPrice);
  }
};
