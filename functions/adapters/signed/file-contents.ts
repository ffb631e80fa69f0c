import { setTimeout as pause } from "node:timers/promises";
import type { FileContents, FileKey } from "../../../core/files/ports.ts";
import type { PresignedRequest, Presign } from "./presigned-url.ts";

type Method = PresignedRequest["method"];

const attemptsMax = 4;
const attemptMsMax = 10_000;
/** Doubles with every attempt. */
const pauseMs = 50;
/** Long enough for an attempt, and for clocks that differ. */
const ownSeconds = 60;

/**
 * Files in a bucket, a folder per customer. Every call is a presigned URL, ours as well as those that are handed out: S3's
 * own client would be a third of the function, and whoever calls a function that starts waits for it.
 *
 * @param bucket the bucket's URL, with a slash at its end
 */
export const fileContents = (bucket: URL, presign: Presign): FileContents => {
  const urlOf = ({ customer, id }: FileKey): URL => new URL(`${customer}/${id}`, bucket);

  /** Sends a request until it is answered by anything but a passing error; all of ours may be sent twice. */
  const send = async (method: Method, key: FileKey, body?: Uint8Array): Promise<Response> => {
    for (let attempt = 1; ; attempt++) {
      const url = presign({ method, url: urlOf(key), durationSeconds: ownSeconds }, new Date());
      const signal = AbortSignal.timeout(attemptMsMax);
      const request = {
        method,
        signal,
        redirect: "error",
        ...(body && { body: Buffer.from(body) }),
      } as const;
      const answer = await fetch(url, request).catch((error: unknown) => error);
      if (answer instanceof Response && answer.status < 500) return answer;
      if (attempt === attemptsMax) throw answer instanceof Response ? failure(method, answer) : answer;
      await pause(pauseMs * 2 ** attempt);
    }
  };

  return {
    async write(key, bytes) {
      const answer = await send("PUT", key, bytes);
      if (!answer.ok) throw failure("PUT", answer);
    },
    async size(key) {
      const answer = await send("HEAD", key);
      if (answer.status === 404) return undefined;
      if (!answer.ok) throw failure("HEAD", answer);
      return Number(answer.headers.get("content-length"));
    },
    async read(key) {
      const answer = await send("GET", key);
      if (!answer.ok) throw failure("GET", answer);
      return new Uint8Array(await answer.arrayBuffer());
    },
    async remove(key) {
      const answer = await send("DELETE", key);
      if (!answer.ok) throw failure("DELETE", answer);
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

/** Named for the log, which shows names only. */
const failure = (method: Method, { status }: Response): Error =>
  Object.assign(new Error(`S3 answered ${method} with ${status}`), { name: `S3${method}${status}` });

/** Where a bucket is: as the SDK would have it, by path at an endpoint that the environment names. */
export const bucketUrl = (
  region: string,
  bucket: string,
  environment: Readonly<Record<string, string | undefined>>,
): URL => {
  const endpoint = environment["AWS_ENDPOINT_URL_S3"] ?? environment["AWS_ENDPOINT_URL"];
  return endpoint === undefined
    ? new URL(`https://${bucket}.s3.${region}.amazonaws.com/`)
    : new URL(`/${bucket}/`, endpoint);
};
