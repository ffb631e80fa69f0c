import type { StoredFile } from "../../core/files/file.ts";
import type { FileContents, FileKey, FileRecords } from "../../core/files/ports.ts";

const keyOf = ({ customer, id }: FileKey): string => `${customer}/${id}`;

export const memoryFileRecords = (): FileRecords => {
  const files = new Map<string, StoredFile>();
  return {
    async add(file) {
      files.set(keyOf(file), file);
    },
    async find(customer, id) {
      return files.get(keyOf({ customer, id }));
    },
    async list(customer, { order, oldest, after, limit }) {
      const direction = order === "asc" ? 1 : -1;
      return [...files.values()]
        .filter((file) => file.customer === customer && file.id >= oldest)
        .toSorted((one, other) => (one.id < other.id ? -direction : direction))
        .filter(({ id }) => after === undefined || (order === "asc" ? id > after : id < after))
        .slice(0, limit);
    },
    async settle(file) {
      const stored = files.get(keyOf(file));
      if (stored?.state === "pending") files.set(keyOf(file), { ...stored, state: file.state });
    },
    async remove(customer, id) {
      return files.delete(keyOf({ customer, id }));
    },
  };
};

export type MemoryFileContents = FileContents & {
  /** As a client does with the URL that it was given. */
  upload(key: FileKey, bytes: Uint8Array): void;
};

export const memoryFileContents = (): MemoryFileContents => {
  const contents = new Map<string, Uint8Array>();
  return {
    async write(key, bytes) {
      contents.set(keyOf(key), bytes);
    },
    async size(key) {
      return contents.get(keyOf(key))?.length;
    },
    async read(key) {
      const bytes = contents.get(keyOf(key));
      if (!bytes) throw new Error("there is no such content");
      return bytes;
    },
    async remove(key) {
      contents.delete(keyOf(key));
    },
    grantUpload: (key, bytes, now, durationMs) => ({
      url: `memory:${keyOf(key)}?bytes=${bytes}&until=${now + durationMs}`,
      headers: { "if-none-match": "*" },
    }),
    downloadUrl: (key, now, durationMs) => `memory:${keyOf(key)}?until=${now + durationMs}`,
    upload: (key, bytes) => void contents.set(keyOf(key), bytes),
  };
};
