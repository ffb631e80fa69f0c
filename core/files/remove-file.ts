import type { CustomerId, FileId } from "../identifiers.ts";
import type { FilePorts } from "./ports.ts";

/** Removes a file of the customer, its record before its bytes; `false` where there is none. */
export const removeFile =
  ({ records, contents }: FilePorts) =>
  async (customer: CustomerId, id: FileId): Promise<boolean> => {
    const isRemoved = await records.remove(customer, id);
    if (isRemoved) await contents.remove({ customer, id });
    return isRemoved;
  };
