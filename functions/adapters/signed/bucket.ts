import { setTimeout as pause } from "node:timers/promises";
import type { PresignedRequest, Presign } from "./presigned-url.ts";

type Method = PresignedRequest["method"];

const attemptsMax = 4;
const attemptMsMax = 10_000;
/** Doubles with every attempt. */
const pauseMs = 50;
/** Long enough for an attempt to begin, and for clocks that differ. */
const ownSeconds = 60;

type Sent = {
  readonly body?: Uint8Array;
  /** Sent, and not signed. */
  readonly headers?: Readonly<Record<string, string>>;
};

/** A bucket's objects, by presigned URLs only: S3's own client would be a third of a function. */
export type SignedBucket = {
  urlOf(name: string): URL;
  /** Sends a request until it is answered by anything but a passing error; all of ours may be sent twice. */
  send(method: Method, name: string, sent?: Sent): Promise<Response>;
  /** An object's bytes as they arrive, however long that takes; `undefined` where there is none. Not tried again midway. */
  stream(name: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Puts an object of so many bytes as they come. S3 takes it whole or not at all. */
  putStream(name: string, chunks: AsyncIterable<Uint8Array>, bytes: number): Promise<void>;
};

/** @param bucket the bucket's URL, with a slash at its end */
export const signedBucket = (bucket: URL, presign: Presign): SignedBucket => {
  const urlOf = (name: string): URL => new URL(name, bucket);
  const signed = (method: Method, name: string): string =>
    presign({ method, url: urlOf(name), durationSeconds: ownSeconds }, new Date());
  return {
    urlOf,
    async send(method, name, { body, headers = {} } = {}) {
      for (let attempt = 1; ; attempt++) {
        const answer = await fetch(signed(method, name), {
          method,
          headers,
          signal: AbortSignal.timeout(attemptMsMax),
          redirect: "error",
          ...(body && { body: Buffer.from(body) }),
        }).catch((error: unknown) => error);
        if (answer instanceof Response && answer.status < 500) return answer;
        if (attempt === attemptsMax) throw answer instanceof Response ? s3Failure(method, answer) : answer;
        await pause(pauseMs * 2 ** attempt);
      }
    },
    async stream(name) {
      const answer = await fetch(signed("GET", name), { redirect: "error" });
      if (answer.status === 404) return undefined;
      if (!answer.ok || !answer.body) throw s3Failure("GET", answer);
      return answer.body;
    },
    async putStream(name, chunks, bytes) {
      const answer = await fetch(signed("PUT", name), {
        method: "PUT",
        headers: { "content-length": String(bytes) },
        body: ReadableStream.from(chunks),
        duplex: "half",
        redirect: "error",
      });
      if (!answer.ok) throw s3Failure("PUT", answer);
    },
  };
};

/** Named for the log, which shows names only. */
export const s3Failure = (method: Method, { status }: Response): Error =>
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
