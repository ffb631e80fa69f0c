import type { ArchiveStore } from "../../core/billing/archive.ts";
import type { EpochMs } from "../../core/time.ts";
import { sampleNow } from "./samples.ts";

/** The archive in memory. `objects` is for tests that tamper with it, which the real one does not allow. */
export const memoryArchive = (
  now: () => EpochMs = () => sampleNow,
): ArchiveStore & { readonly objects: Map<string, Uint8Array> } => {
  const objects = new Map<string, Uint8Array>();
  const storedAt = new Map<string, EpochMs>();
  return {
    objects,
    async create(name, bytes) {
      if (objects.has(name)) return "exists";
      objects.set(name, bytes);
      storedAt.set(name, now());
      return "created";
    },
    async read(name) {
      const bytes = objects.get(name);
      if (!bytes) throw new Error(`there is no object ${name}`);
      return bytes;
    },
    async *list(prefix, after = "") {
      const names = [...objects.keys()].filter((name) => name.startsWith(prefix) && name > after);
      yield* names.toSorted().map((name) => ({ name, storedAt: storedAt.get(name) ?? now() }));
    },
  };
};
