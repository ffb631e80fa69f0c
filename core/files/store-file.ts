import { type CustomerId, type RandomBytes, fileId, newUlid } from "../identifiers.ts";
import type { EpochMs } from "../time.ts";
import type { StoredFile } from "./file.ts";
import type { FilePorts } from "./ports.ts";

export type Upload = Pick<StoredFile, "name" | "purpose"> & { readonly content: Uint8Array };

/** Stores a file whose bytes are here. Bytes come first: a record without them would promise what is not there. */
export const storeFile =
  ({ records, contents, randomBytes }: FilePorts & { readonly randomBytes: RandomBytes }) =>
  async (customer: CustomerId, upload: Upload, now: EpochMs): Promise<StoredFile> => {
    const { name, purpose, content } = upload;
    const file: StoredFile = {
      id: fileId(newUlid(now, randomBytes)),
      customer,
      purpose,
      name,
      bytes: content.length,
      createdAt: now,
      state: "processed",
    };
    await contents.write(file, content);
    await records.add(file);
    return file;
  };
