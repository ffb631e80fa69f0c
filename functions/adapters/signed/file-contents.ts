import type { FileContents, FileKey } from "../../../core/files/ports.ts";
import { s3Failure, signedBucket } from "./bucket.ts";
import type { PresignedRequest, Presign } from "./presigned-url.ts";

/**
 * Files in a bucket, a folder per customer. Every call is a presigned URL, ours as well as those that are handed out: S3's
 * own client would be a third of the function, and whoever calls a function that starts waits for it.
 */
export const fileContents = (bucket: URL, presign: Presign): FileContents => {
  const files = signedBucket(bucket, presign);
  const nameOf = ({ customer, id }: FileKey): string => `${customer}/${id}`;
  const urlOf = (key: FileKey): URL => files.urlOf(nameOf(key));
  const send = (method: PresignedRequest["method"], key: FileKey, body?: Uint8Array): Promise<Response> =>
    files.send(method, nameOf(key), { ...(body && { body }) });

  return {
    async write(key, bytes) {
      const answer = await send("PUT", key, bytes);
      if (!answer.ok) throw s3Failure("PUT", answer);
    },
    async size(key) {
      const answer = await send("HEAD", key);
      if (answer.status === 404) return undefined;
      if (!answer.ok) throw s3Failure("HEAD", answer);
      return Number(answer.headers.get("content-length"));
    },
    async read(key) {
      const answer = await send("GET", key);
      if (!answer.ok) throw s3Failure("GET", answer);
      return new Uint8Array(await answer.arrayBuffer());
    },
    async remove(key) {
      const answer = await send("DELETE", key);
      if (!answer.ok) throw s3Failure("DELETE", answer);
    },
    grantUpload(key, bytes, now, durationMs) {
      // Never over what is there: bytes that were looked at must not change.
      const headers = { "if-none-match": "*" };
      // Every HTTP client sends the length of what it sends, so that one is signed and not told.
      const signed = { ...headers, "content-length": String(bytes) };
      const durationSeconds = Math.floor(durationMs / 1000);
      const url = presign(
        { method: "PUT", url: urlOf(key), headers: signed, durationSeconds },
        new Date(now),
      );
      return { url, headers };
    },
    downloadUrl(key, now, durationMs) {
      const durationSeconds = Math.floor(durationMs / 1000);
      return presign({ method: "GET", url: urlOf(key), durationSeconds }, new Date(now));
    },
  };
};
