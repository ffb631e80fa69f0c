import type { Model } from "../../core/catalogue/model.ts";
import type { ModelDocuments } from "../../functions/adapters/dynamodb/model-documents.ts";

export const memoryModelDocuments = (): ModelDocuments => {
  const models = new Map<string, Model>();
  return {
    async list() {
      return [...models.values()];
    },
    async put(model) {
      models.set(model.name, model);
    },
    async remove(name) {
      models.delete(name);
    },
  };
};
