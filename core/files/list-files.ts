import type { CustomerId } from "../identifiers.ts";
import type { EpochMs } from "../time.ts";
import { type StoredFile, oldestAlive } from "./file.ts";
import type { FilePage, FilePorts } from "./ports.ts";

export type FileList = { readonly files: readonly StoredFile[]; readonly hasMore: boolean };

/** A page of a customer's files as they were last seen: a pending one is settled when it is asked for by itself. */
export const listFiles =
  ({ records }: Pick<FilePorts, "records">) =>
  async (customer: CustomerId, page: Omit<FilePage, "oldest">, now: EpochMs): Promise<FileList> => {
    const found = await records.list(customer, {
      ...page,
      oldest: oldestAlive(now),
      // One more, to know whether there is one.
      limit: page.limit + 1,
    });
    return { files: found.slice(0, page.limit), hasMore: found.length > page.limit };
  };
