import { type FileState, type StoredFile, expiryOf } from "../../core/files/file.ts";
import type { EpochMs } from "../../core/time.ts";

/** Words that OpenAI's clients know; `pending` is ours, and `waitForProcessing` waits while it lasts. */
const statuses = {
  pending: { status: "pending" },
  processed: { status: "processed" },
  wrong_size: {
    status: "error",
    status_details: "What was uploaded has another size than was announced. Announce and upload it again.",
  },
  not_uploaded: {
    status: "error",
    status_details: "Nothing was uploaded before the URL expired. Announce and upload it again.",
  },
} as const satisfies Record<FileState, object>;

export const seconds = (instant: EpochMs): number => Math.floor(instant / 1000);

/** A file as OpenAI's API shows it. */
export const showFile = (file: StoredFile): object => ({
  id: file.id,
  object: "file",
  bytes: file.bytes,
  created_at: seconds(file.createdAt),
  expires_at: seconds(expiryOf(file)),
  filename: file.name,
  purpose: file.purpose,
  ...statuses[file.state],
});
