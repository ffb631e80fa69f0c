import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { AwsError } from "../aws-service.ts";
import { checksum, checksumAlgorithm } from "./checksum.ts";
import { objectAttributes } from "./stored-object.ts";
import { writeJson } from "./write-json.ts";

const multipartUpload = z.strictObject({
  id: z.string(),
  key: z.string(),
  startedMs: z.int(),
  attributes: objectAttributes,
  checksumAlgorithm: checksumAlgorithm.exactOptional(),
  checksumType: z.enum(["FULL_OBJECT", "COMPOSITE"]).exactOptional(),
});
export type MultipartUpload = z.output<typeof multipartUpload>;

const uploadedPart = z.strictObject({
  number: z.int().min(1).max(10_000),
  size: z.int(),
  etag: z.string(),
  modifiedMs: z.int(),
  checksum: checksum.exactOptional(),
  /** Name of the file with its bytes, in the upload's folder. */
  content: z.string(),
});
export type UploadedPart = z.output<typeof uploadedPart>;

/** Uploads in progress: a folder each, of `upload.json`, a `<number>.json` per part, and the parts' bytes. */
export class MultipartUploads {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    // A crash while an upload was being started.
    for (const id of readdirSync(folder)) {
      if (!existsSync(join(folder, id, "upload.json"))) rmSync(join(folder, id), { recursive: true });
    }
  }

  start(upload: Omit<MultipartUpload, "id">): MultipartUpload {
    const started = { ...upload, id: randomUUID() };
    mkdirSync(join(this.#folder, started.id));
    writeJson(join(this.#folder, started.id, "upload.json"), started);
    return started;
  }

  /** Throws `NoSuchUpload`, also when the upload is of another key. */
  find(id: string, key: string): MultipartUpload {
    const upload = this.list().find((candidate) => candidate.id === id && candidate.key === key);
    if (upload !== undefined) return upload;
    throw new AwsError(
      "NoSuchUpload",
      "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
      404,
      { UploadId: id },
    );
  }

  /** By key, then by time. */
  list(): MultipartUpload[] {
    return readdirSync(this.#folder)
      .map((id) => multipartUpload.parse(readJson(join(this.#folder, id, "upload.json"))))
      .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)) || a.startedMs - b.startedMs);
  }

  /** A place for the bytes of a part that is to be recorded, or removed, by the caller. */
  newContent(upload: MultipartUpload): { readonly name: string; readonly path: string } {
    const name = `${randomUUID()}.part`;
    return { name, path: this.contentPath(upload, name) };
  }

  contentPath(upload: MultipartUpload, content: string): string {
    return join(this.#folder, upload.id, content);
  }

  /** Records a part; one with the same number is replaced. */
  record(upload: MultipartUpload, part: UploadedPart): void {
    const replaced = this.parts(upload).find(({ number }) => number === part.number);
    writeJson(join(this.#folder, upload.id, `${part.number}.json`), part);
    if (replaced !== undefined) rmSync(this.contentPath(upload, replaced.content), { force: true });
  }

  /** By number. */
  parts(upload: MultipartUpload): UploadedPart[] {
    const folder = join(this.#folder, upload.id);
    return readdirSync(folder)
      .filter((file) => /^\d+\.json$/.test(file))
      .map((file) => uploadedPart.parse(readJson(join(folder, file))))
      .sort((a, b) => a.number - b.number);
  }

  remove(upload: MultipartUpload): void {
    rmSync(join(this.#folder, upload.id), { recursive: true, force: true });
  }
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));
