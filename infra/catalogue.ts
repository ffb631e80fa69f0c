import { createHash } from "node:crypto";
import type { Model, ModelEndpoint } from "../core/catalogue/model.ts";
import { writeModelDocument } from "../core/catalogue/model-document.ts";
import { type Price, type PricePolicies, missingRates } from "../core/catalogue/price.ts";
import type { PriceTerm } from "../core/catalogue/price-term.ts";
import type { PricedService } from "../core/catalogue/price-version.ts";
import { batchRates } from "../core/catalogue/batch-rates.ts";
import { writePriceTerms } from "../core/catalogue/price-terms-document.ts";
import { assert } from "../core/assert.ts";
import { newUlid, priceId, type PriceId } from "../core/identifiers.ts";
import { epochMs } from "../core/time.ts";
import { artifactDigest } from "./artifact.ts";
import type { Farebox } from "./config.ts";
import type { ModelDeclaration } from "./config/model.ts";
import { endpointName } from "./endpoint-name.ts";

/**
 * The id of a price is a digest of what is charged by it: deploying the same rates, policies and terms again is the same
 * price, others are another. When progress is recorded charges nobody. All 128 bits of the ULID come from the digest, so its time means nothing.
 */
const priceIdOf = ({ model, service, rates, policies, terms }: Declared): PriceId => {
  const { onAbort, onFailure } = policies;
  const content = [
    ...(service ? [`service=${service}`] : []),
    ...Object.entries(rates)
      .map(([kind, amount]) => `${kind}=${amount}`)
      .toSorted(),
    ...(onAbort ? [`onAbort=${onAbort}`] : []),
    ...(onFailure ? [`onFailure=${onFailure}`] : []),
    ...(terms.length > 0 ? [writePriceTerms({ terms })] : []),
  ];
  const digest = createHash("sha256")
    .update([model, ...content].join("\n"))
    .digest();
  return priceId(newUlid(epochMs(digest.readUIntBE(0, 6)), (count) => digest.subarray(6, 6 + count)));
};

type Declared = {
  readonly model: string;
  readonly service?: PricedService;
  readonly rates: Price["rates"];
  readonly policies: PricePolicies;
  readonly terms: readonly PriceTerm[];
};

const priceOf = (declared: Declared): Price => ({
  id: priceIdOf(declared),
  rates: declared.rates,
  ...declared.policies,
});

const endpointsOf = (
  farebox: Farebox,
  { name, version, source, usage }: ModelDeclaration,
): readonly ModelEndpoint[] =>
  source.kind === "server"
    ? [{ kind: "openai-server", url: source.url, model: source.model, usage }]
    : farebox.regions.map((region) => ({
        kind: "sagemaker",
        region,
        endpointName: endpointName(farebox.stage, { name, version }),
        usage,
      }));

const modelOf = (farebox: Farebox, model: ModelDeclaration): Model => {
  const {
    name,
    version,
    pinnedOnly,
    deprecated,
    task,
    description,
    createdSeconds,
    limits,
    rates,
    policies,
    terms,
    source,
  } = model;
  assert(missingRates(task, rates).length === 0, `${name} has every rate that its task is sold by`);
  const artifact = source.kind === "artifact" || source.kind === "container" ? source.artifact : undefined;
  return {
    name,
    version,
    ...(pinnedOnly && { pinnedOnly }),
    ...(deprecated && { deprecated }),
    ...(artifact !== undefined && { artifactDigest: artifactDigest(artifact) }),
    task,
    description,
    limits,
    endpoints: endpointsOf(farebox, model),
    price: priceOf({ model: name, rates, policies, terms }),
    // What a month's quantities change is settled for requests of their own: batches have their discount already.
    batchPrice: priceOf({
      model: name,
      service: "batch",
      rates: batchRates(rates, model.batchDiscountPercent),
      policies,
      terms: [],
    }),
    createdSeconds,
  };
};

/**
 * The models of a configuration as the directory keeps them: a JSON document each, the same for the same
 * configuration.
 */
export const catalogueOf = (farebox: Farebox): readonly string[] =>
  farebox.models.map((model) => writeModelDocument(modelOf(farebox, model)));

/** The terms of the models' prices, by model, as JSON; models whose prices have none are left out. */
export const priceTermsOf = (farebox: Farebox): string =>
  writePriceTerms(
    Object.fromEntries(
      farebox.models.filter(({ terms }) => terms.length > 0).map(({ name, terms }) => [name, terms]),
    ),
  );
