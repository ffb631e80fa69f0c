import type { CustomerId, FileId } from "../identifiers.ts";
import type { EpochMs } from "../time.ts";
import { type StoredFile, hasExpired } from "./file.ts";
import type { FilePorts } from "./ports.ts";
import { settle } from "./settle.ts";

/**
 * A customer's file; `undefined` for another's, for one that is over, and for none at all. Whoever asks for a pending file
 * finds out whether its bytes have come: nothing else watches for them.
 */
export const findFile =
  ({ records, contents }: FilePorts) =>
  async (customer: CustomerId, id: FileId, now: EpochMs): Promise<StoredFile | undefined> => {
    const file = await records.find(customer, id);
    if (!file || hasExpired(file, now)) return undefined;
    if (file.state !== "pending") return file;
    const settled = settle(file, await contents.size(file), now);
    if (settled.state !== file.state) await records.settle(settled);
    return settled;
  };
