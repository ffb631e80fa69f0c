import { createHmac } from "node:crypto";

/** Who calls: Lambda sets these for an execution environment's whole life. */
export type Credentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
};

export const hmac = (key: string | Buffer, text: string): Buffer =>
  createHmac("sha256", key).update(text).digest();

/** The key that signs a day's requests (`20260131`) to one service of one region. Derived once a day. */
export const signingKeys = (
  { secretAccessKey }: Credentials,
  region: string,
  service: string,
): ((day: string) => Buffer) => {
  let day = "";
  let key: Buffer = Buffer.alloc(0);
  return (today) => {
    if (today !== day) {
      day = today;
      key = [today, region, service, "aws4_request"].reduce<Buffer>(
        (derived, part) => hmac(derived, part),
        Buffer.from(`AWS4${secretAccessKey}`),
      );
    }
    return key;
  };
};

/** `20260131T235959Z` */
export const signingTime = (now: Date): string => now.toISOString().replace(/[-:]|\.\d{3}/g, "");
