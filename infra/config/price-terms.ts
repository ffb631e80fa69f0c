import { z } from "zod";
import type { Price } from "../../core/catalogue/price.ts";
import type { PriceFault } from "../../core/catalogue/price-fault.ts";
import type { Tier } from "../../core/catalogue/price-shapes/tier.ts";
import type { PriceTerm } from "../../core/catalogue/price-term.ts";
import { priceVersionFaults } from "../../core/catalogue/price-version-faults.ts";
import { priceId } from "../../core/identifiers.ts";
import type { Money } from "../../core/money.ts";
import { epochMs } from "../../core/time.ts";
import { dollars, dollarsPerMillionTokens } from "./dollars.ts";
import { wholeNumber } from "./whole-number.ts";

/** The units of a month after the tier before, up to and including the `upTo`th; the last tier is open. */
const upTo = wholeNumber.optional();

const tier = (upTo: number | undefined, unitPrice: Money): Tier => ({
  ...(upTo !== undefined && { upTo }),
  unitPrice,
});

const tokenTiers = z.array(
  z
    .strictObject({ upTo, perMillionTokens: dollarsPerMillionTokens })
    .transform(({ upTo, perMillionTokens }) => tier(upTo, perMillionTokens)),
);

const pieceTiers = z.array(
  z.strictObject({ upTo, each: dollars }).transform(({ upTo, each }) => tier(upTo, each)),
);

const tokenKinds = ["inputTokens", "cachedInputTokens", "outputTokens"] as const;
const pieceKinds = ["images", "audioSeconds", "characters", "requests"] as const;
const anyKind = z.enum([...tokenKinds, ...pieceKinds]);
const tiered = z.enum(["graduated", "volume"]);

const isNone =
  (what: string, known: readonly string[]) =>
  ({ input }: { readonly input?: unknown }): string | undefined =>
    typeof input === "object" ? `is not ${what}; write one of ${known.join(", ")}` : undefined;

/**
 * What a price says of a month's quantity of one kind; it makes a discount or a surcharge on the month's invoice:
 * `graduated` (each unit at its tier's price), `volume` (all units at the price of the tier that their number reaches),
 * `package` (sold by the package, and one that was begun is paid whole), `free-allowance` (the first units of a month).
 */
const term = z.discriminatedUnion(
  "shape",
  [
    z.discriminatedUnion(
      "kind",
      [
        z.strictObject({ shape: tiered, kind: z.enum(tokenKinds), tiers: tokenTiers }),
        z.strictObject({ shape: tiered, kind: z.enum(pieceKinds), tiers: pieceTiers }),
      ],
      { error: isNone("a kind of usage", anyKind.options) },
    ),
    z.strictObject({ shape: z.literal("package"), kind: anyKind, units: wholeNumber, packagePrice: dollars }),
    z.strictObject({ shape: z.literal("free-allowance"), kind: anyKind, units: wholeNumber }),
  ],
  { error: isNone("a shape of prices", ["graduated", "volume", "package", "free-allowance"]) },
);

/** Left out: a month costs what its requests cost. */
export const priceTerms = z.array(term).default([]);

/** What is wrong with terms beside these rates, by where it is among them; said by the price book's own rules. */
export const termMistakes = (
  rates: Price["rates"],
  terms: readonly PriceTerm[],
): readonly { readonly path: readonly number[]; readonly message: string }[] => {
  const faultsOf = (terms: readonly PriceTerm[]): readonly PriceFault[] =>
    priceVersionFaults({
      price: { id: anyId, rates },
      model: "any",
      currency: "USD",
      from: epochMs(0),
      terms,
    });
  return [
    ...terms.flatMap((term, index) => faultsOf([term]).map(({ message }) => ({ path: [index], message }))),
    ...faultsOf(terms)
      .filter(({ code }) => code === "terms_conflict")
      .map(({ message }) => ({ path: [], message })),
  ];
};

const anyId = priceId("0".repeat(26));
