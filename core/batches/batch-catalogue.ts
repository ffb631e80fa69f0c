import type { Model } from "../catalogue/model.ts";
import type { Catalogue } from "../inference/ports.ts";

/** The models at what batches cost. One without such a price is not for sale to them, as is one without any to others. */
export const batchCatalogue = (catalogue: Catalogue): Catalogue => ({
  async find(written) {
    const finding = await catalogue.find(written);
    return { ...finding, model: finding.model && atBatchPrice(finding.model) };
  },
});

const atBatchPrice = (found: Model): Model => {
  const { price: _, ...model } = found;
  return { ...model, ...(found.batchPrice && { price: found.batchPrice }) };
};
