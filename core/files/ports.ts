import type { CustomerId, FileId } from "../identifiers.ts";
import type { EpochMs } from "../time.ts";
import type { StoredFile } from "./file.ts";

/** Which files of a customer: `oldest` and later, beyond `after` in the order asked for. */
export type FilePage = {
  readonly order: "asc" | "desc";
  readonly oldest: FileId;
  readonly after?: FileId;
  readonly limit: number;
};

/** What is known of a region's files. Reads see every write that was acknowledged. */
export interface FileRecords {
  /** Stores a new file. */
  add(file: StoredFile): Promise<void>;
  find(customer: CustomerId, id: FileId): Promise<StoredFile | undefined>;
  /** Sorted by id, which is by creation. */
  list(customer: CustomerId, page: FilePage): Promise<readonly StoredFile[]>;
  /** Writes how a pending file's upload ended. Leaves alone a file that is not pending, or not there any more. */
  settle(file: StoredFile): Promise<void>;
  /** `false`: there was none. */
  remove(customer: CustomerId, id: FileId): Promise<boolean>;
}

export type FileKey = Pick<StoredFile, "customer" | "id">;

/** What a client needs to send a file's bytes by itself, with PUT. */
export type UploadGrant = {
  readonly url: string;
  /** To be sent as they are; without them the upload is refused. */
  readonly headers: Readonly<Record<string, string>>;
};

/** The bytes of a region's files. */
export interface FileContents {
  write(key: FileKey, bytes: Uint8Array): Promise<void>;
  /** How many bytes are there; `undefined`: the file was not uploaded. */
  size(key: FileKey): Promise<number | undefined>;
  read(key: FileKey): Promise<Uint8Array>;
  /** Also where there is nothing. */
  remove(key: FileKey): Promise<void>;
  /** Lets its holder upload exactly so many bytes, once, within `durationMs`. */
  grantUpload(key: FileKey, bytes: number, now: EpochMs, durationMs: number): UploadGrant;
  /** A URL that reads the file within `durationMs`. */
  downloadUrl(key: FileKey, now: EpochMs, durationMs: number): string;
}

export type FilePorts = { readonly records: FileRecords; readonly contents: FileContents };
