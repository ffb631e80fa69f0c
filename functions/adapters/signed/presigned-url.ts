import { hash } from "node:crypto";
import { type Credentials, hmac, signingKeys, signingTime } from "./signing-key.ts";

export type PresignedRequest = {
  readonly method: "GET" | "HEAD" | "PUT" | "DELETE";
  /** Without a query. Its path has letters, digits, `-`, `.`, `_` and `/` only, so that it needs no encoding. */
  readonly url: URL;
  /** Lower-case names. Whoever uses the URL must send exactly these, whatever else it sends. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly durationSeconds: number;
};

/** A URL that does one request to S3 in the signer's name, for whoever holds it. */
export type Presign = (request: PresignedRequest, now: Date) => string;

/** As a query wants it, which is more than `encodeURIComponent` does. */
const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** AWS Signature Version 4 in a query. Source: S3's API reference, "Authenticating Requests: Using Query Parameters". */
export const presignerFor = (credentials: Credentials, region: string): Presign => {
  const keyOf = signingKeys(credentials, region, "s3");
  return ({ method, url, headers = {}, durationSeconds }, now) => {
    const timestamp = signingTime(now);
    const day = timestamp.slice(0, 8);
    const scope = `${day}/${region}/s3/aws4_request`;
    const sent: Readonly<Record<string, string>> = { ...headers, host: url.host };
    const names = Object.keys(sent).sort();
    const parameters: Readonly<Record<string, string>> = {
      "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
      "X-Amz-Credential": `${credentials.accessKeyId}/${scope}`,
      "X-Amz-Date": timestamp,
      "X-Amz-Expires": String(durationSeconds),
      ...(credentials.sessionToken !== undefined && { "X-Amz-Security-Token": credentials.sessionToken }),
      "X-Amz-SignedHeaders": names.join(";"),
    };
    const query = Object.entries(parameters)
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .sort()
      .join("&");
    const canonicalHeaders = names.map((name) => `${name}:${sent[name]?.trim() ?? ""}\n`).join("");
    const canonicalRequest = `${method}\n${url.pathname}\n${query}\n${canonicalHeaders}\n${names.join(";")}\nUNSIGNED-PAYLOAD`;
    const toSign = `AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${hash("sha256", canonicalRequest, "hex")}`;
    return `${url.origin}${url.pathname}?${query}&X-Amz-Signature=${hmac(keyOf(day), toSign).toString("hex")}`;
  };
};
