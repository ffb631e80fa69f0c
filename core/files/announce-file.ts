import { type CustomerId, type RandomBytes, fileId, newUlid } from "../identifiers.ts";
import { type EpochMs, after } from "../time.ts";
import type { StoredFile } from "./file.ts";
import type { FilePorts, UploadGrant } from "./ports.ts";
import { uploadMs } from "./settle.ts";

export type Announcement = Pick<StoredFile, "name" | "purpose" | "bytes">;

export type AnnouncedFile = {
  readonly file: StoredFile;
  readonly upload: UploadGrant & { readonly until: EpochMs };
};

/** Records a file whose bytes are to come, and lets its customer upload them. */
export const announceFile =
  ({ records, contents, randomBytes }: FilePorts & { readonly randomBytes: RandomBytes }) =>
  async (customer: CustomerId, announcement: Announcement, now: EpochMs): Promise<AnnouncedFile> => {
    const file: StoredFile = {
      id: fileId(newUlid(now, randomBytes)),
      customer,
      ...announcement,
      createdAt: now,
      state: "pending",
    };
    await records.add(file);
    const grant = contents.grantUpload(file, file.bytes, now, uploadMs);
    return { file, upload: { ...grant, until: after(now, uploadMs) } };
  };
