import type { CustomerId } from "../identifiers.ts";
import type { EpochMs } from "../time.ts";
import { type FilePurpose, type StoredFile, oldestAlive } from "./file.ts";
import type { FilePage, FilePorts } from "./ports.ts";

export type FileList = { readonly files: readonly StoredFile[]; readonly hasMore: boolean };

type FileQuery = Omit<FilePage, "oldest"> & {
  /** Absent: all. */
  readonly purpose?: FilePurpose;
};

/** A page of a customer's files as they were last seen: a pending one is settled when it is asked for by itself. */
export const listFiles =
  ({ records }: Pick<FilePorts, "records">) =>
  async (customer: CustomerId, { purpose, after, ...page }: FileQuery, now: EpochMs): Promise<FileList> => {
    // One more, to know whether there is one.
    const wanted = { ...page, oldest: oldestAlive(now), limit: page.limit + 1 };
    const found: StoredFile[] = [];
    for (let last = after; ;) {
      const next = await records.list(customer, { ...wanted, ...(last && { after: last }) });
      found.push(...next.filter((file) => purpose === undefined || file.purpose === purpose));
      if (found.length > page.limit || next.length < wanted.limit) break;
      last = next.at(-1)?.id;
    }
    return { files: found.slice(0, page.limit), hasMore: found.length > page.limit };
  };
