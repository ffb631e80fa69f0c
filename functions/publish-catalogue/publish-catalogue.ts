import type { Model } from "../../core/catalogue/model.ts";
import { pinOf } from "../../core/catalogue/model-name.ts";
import type { PriceFault } from "../../core/catalogue/price-fault.ts";
import type { PriceTerm } from "../../core/catalogue/price-term.ts";
import type { PriceVersions } from "../../core/catalogue/price-versions.ts";
import { type ListPrice, publishListPrice } from "../../core/catalogue/publish-list-price.ts";
import type { PriceId } from "../../core/identifiers.ts";
import type { Clock } from "../../core/time.ts";
import type { ModelDocuments } from "../adapters/dynamodb/model-documents.ts";

export type CataloguePorts = {
  readonly documents: ModelDocuments;
  readonly prices: PriceVersions;
  readonly clock: Clock;
  readonly newPriceId: () => PriceId;
};

/** What a deployment declares: its models, and the terms of their prices by the model's name. */
export type DeclaredCatalogue = {
  readonly models: readonly Model[];
  readonly terms: Readonly<Record<string, readonly PriceTerm[]>>;
};

export type CataloguePublication =
  | { readonly ok: true; readonly stored: number; readonly removed: number }
  | { readonly ok: false; readonly model: string; readonly faults: readonly PriceFault[] };

/**
 * Publishes the declared prices, then stores every declared version and removes those no longer declared. Prices come first:
 * no request is admitted at one that invoices do not know. Doing it twice equals doing it once.
 */
export const publishCatalogue = async (
  ports: CataloguePorts,
  { models, terms }: DeclaredCatalogue,
): Promise<CataloguePublication> => {
  const { documents } = ports;
  const priced: Model[] = [];
  for (const model of models) {
    const published = await publishPricesOf(ports, model, terms[model.name] ?? []);
    if (!published.ok) return { ok: false, model: model.name, faults: published.faults };
    priced.push(published.model);
  }
  const pins = new Set(models.map(pinOf));
  const dropped = (await documents.list()).filter((model) => !pins.has(pinOf(model)));
  // What bare names mean comes first and what they meant goes last: at every moment they mean something.
  await Promise.all(priced.filter(({ pinnedOnly }) => !pinnedOnly).map((model) => documents.put(model)));
  await Promise.all(priced.filter(({ pinnedOnly }) => pinnedOnly).map((model) => documents.put(model)));
  await Promise.all(dropped.map((model) => documents.remove(model)));
  return { ok: true, stored: priced.length, removed: dropped.length };
};

type PricedModel =
  | { readonly ok: true; readonly model: Model }
  | { readonly ok: false; readonly faults: readonly PriceFault[] };

/** The model under the ids that its prices are published by. A model without a price is known, and not for sale. */
const publishPricesOf = async (
  { prices, clock, newPriceId }: CataloguePorts,
  { price, batchPrice, ...model }: Model,
  terms: readonly PriceTerm[],
): Promise<PricedModel> => {
  const publish = (declared: Omit<ListPrice, "model">) =>
    publishListPrice(prices, { model: model.name, ...declared }, clock.now(), newPriceId);
  const published = price && (await publish({ price, terms }));
  if (published?.ok === false) return published;
  const ofBatches = batchPrice && (await publish({ price: batchPrice, terms: [], service: "batch" }));
  if (ofBatches?.ok === false) return ofBatches;
  return {
    ok: true,
    model: {
      ...model,
      ...(published && { price: published.price }),
      ...(ofBatches && { batchPrice: ofBatches.price }),
    },
  };
};
