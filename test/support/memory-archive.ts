import type { ArchiveStore } from "../../core/billing/archive.ts";

/** The archive in memory. `objects` is for tests that tamper with it, which the real one does not allow. */
export const memoryArchive = (): ArchiveStore & { readonly objects: Map<string, Uint8Array> } => {
  const objects = new Map<string, Uint8Array>();
  return {
    objects,
    async create(name, bytes) {
      if (objects.has(name)) return "exists";
      objects.set(name, bytes);
      return "created";
    },
    async read(name) {
      const bytes = objects.get(name);
      if (!bytes) throw new Error(`there is no object ${name}`);
      return bytes;
    },
    async *list(prefix, after = "") {
      yield* [...objects.keys()].filter((name) => name.startsWith(prefix) && name > after).toSorted();
    },
  };
};
