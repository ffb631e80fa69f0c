import type { Model } from "../../core/catalogue/model.ts";
import { pinOf } from "../../core/catalogue/model-name.ts";
import type { ModelDocuments } from "../../functions/adapters/dynamodb/model-documents.ts";

export const memoryModelDocuments = (): ModelDocuments => {
  const models = new Map<string, Model>();
  return {
    async list() {
      return [...models.values()];
    },
    async put(model) {
      models.set(pinOf(model), model);
    },
    async remove(version) {
      models.delete(pinOf(version));
    },
  };
};
