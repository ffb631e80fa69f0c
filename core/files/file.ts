import { type CustomerId, type FileId, fileId, firstUlid } from "../identifiers.ts";
import { type EpochMs, after, epochMs } from "../time.ts";
import type { FileName } from "./file-name.ts";

/** What files may be uploaded for. */
export const uploadPurposes = ["batch"] as const;

/** What files are for; the last are the results of batches, which nobody uploads. */
export const filePurposes = [...uploadPurposes, "batch_output"] as const;
export type FilePurpose = (typeof filePurposes)[number];

/** `pending`: its bytes are to come. The last two are the ends of an upload that went wrong. */
export const fileStates = ["pending", "processed", "wrong_size", "not_uploaded"] as const;
export type FileState = (typeof fileStates)[number];

export type StoredFile = {
  readonly id: FileId;
  readonly customer: CustomerId;
  readonly purpose: FilePurpose;
  readonly name: FileName;
  /** Announced, and once it is processed what there is. */
  readonly bytes: number;
  readonly createdAt: EpochMs;
  readonly state: FileState;
};

/** OpenAI's limit for the files of batches. */
export const fileBytesMax = 200 * 1024 * 1024;

const dayMs = 24 * 3_600_000;
export const fileLifeDays = 30;
const fileLifeMs = fileLifeDays * dayMs;

export const expiryOf = (file: StoredFile): EpochMs => after(file.createdAt, fileLifeMs);

export const hasExpired = (file: StoredFile, now: EpochMs): boolean => now >= expiryOf(file);

/** No file that is alive has an id before this one. */
export const oldestAlive = (now: EpochMs): FileId =>
  fileId(firstUlid(epochMs(Math.max(0, now - fileLifeMs + 1))));
