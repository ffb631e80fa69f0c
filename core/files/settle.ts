import type { EpochMs } from "../time.ts";
import { after } from "../time.ts";
import type { StoredFile } from "./file.ts";

/** How long an upload's URL is good for. */
export const uploadMs = 3_600_000;

/** An upload that began in time may take as long again. */
const abandonedMs = 2 * uploadMs;

/** What becomes of a pending file of which so many bytes are there; `undefined`: nothing is. */
export const settle = (file: StoredFile, arrivedBytes: number | undefined, now: EpochMs): StoredFile => {
  if (file.state !== "pending") return file;
  if (arrivedBytes !== undefined)
    return { ...file, state: arrivedBytes === file.bytes ? "processed" : "wrong_size" };
  return now >= after(file.createdAt, abandonedMs) ? { ...file, state: "not_uploaded" } : file;
};
