import type { Model } from "../../core/catalogue/model.ts";
import type { ModelDocuments } from "../adapters/dynamodb/model-documents.ts";

/** Stores every declared model and removes those no longer declared. Doing it twice equals doing it once. */
export const publishCatalogue = async (
  documents: ModelDocuments,
  declared: readonly Model[],
): Promise<{ readonly stored: number; readonly removed: number }> => {
  const names = new Set(declared.map(({ name }) => name));
  const stored = await documents.list();
  const dropped = stored.filter(({ name }) => !names.has(name));
  await Promise.all(declared.map((model) => documents.put(model)));
  await Promise.all(dropped.map(({ name }) => documents.remove(name)));
  return { stored: declared.length, removed: dropped.length };
};
