import { type KeyObject, createHmac, createSecretKey } from "node:crypto";

/** Who calls: Lambda sets these for an execution environment's whole life. */
export type Credentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
};

export const hmac = (key: string | Buffer | KeyObject, text: string): Buffer =>
  createHmac("sha256", key).update(text).digest();

/**
 * The key that signs a day's requests (`20260131`) to one service of one region. Derived once a day, and kept as an object:
 * of bytes, Node would make one for every signature, which takes six times as long.
 */
export const signingKeys = (
  { secretAccessKey }: Credentials,
  region: string,
  service: string,
): ((day: string) => KeyObject) => {
  let last: { readonly day: string; readonly key: KeyObject } | undefined;
  return (day) => {
    if (last?.day !== day) {
      const bytes = [day, region, service, "aws4_request"].reduce<Buffer>(
        (derived, part) => hmac(derived, part),
        Buffer.from(`AWS4${secretAccessKey}`),
      );
      last = { day, key: createSecretKey(bytes) };
    }
    return last.key;
  };
};

/** `20260131T235959Z` */
export const signingTime = (now: Date): string => now.toISOString().replace(/[-:]|\.\d{3}/g, "");
