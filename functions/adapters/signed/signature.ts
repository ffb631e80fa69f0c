import { hash } from "node:crypto";
import { type Credentials, hmac, signingKeys, signingTime } from "./signing-key.ts";

export type SignedRequest = {
  readonly method: "POST";
  /** Path without a query; letters, digits, `-`, `.`, `_` and `/` only, so that it needs no encoding. */
  readonly path: string;
  readonly host: string;
  /** Lower-case names. All of them are signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
};

/** Signs requests to one service of one region; returns the headers to send. */
export type Sign = (request: SignedRequest, now: Date) => Record<string, string>;

/**
 * AWS Signature Version 4, for what our calls need: POST, no query, a body that is in memory. The signing key is
 * derived once a day. Source: AWS General Reference, "Create a signed AWS API request".
 */
export const signerFor = (credentials: Credentials, region: string, service: string): Sign => {
  const keyOf = signingKeys(credentials, region, service);
  return ({ method, path, host, headers, body }, now) => {
    const timestamp = signingTime(now);
    const today = timestamp.slice(0, 8);
    const sent: Record<string, string> = {
      ...headers,
      host,
      "x-amz-date": timestamp,
      ...(credentials.sessionToken !== undefined && { "x-amz-security-token": credentials.sessionToken }),
    };
    const names = Object.keys(sent).sort();
    const signedHeaders = names.join(";");
    const canonicalHeaders = names.map((name) => `${name}:${sent[name]?.trim() ?? ""}\n`).join("");
    const bodyHash = hash("sha256", body, "hex");
    const canonicalRequest = `${method}\n${path}\n\n${canonicalHeaders}\n${signedHeaders}\n${bodyHash}`;
    const scope = `${today}/${region}/${service}/aws4_request`;
    const toSign = `AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${hash("sha256", canonicalRequest, "hex")}`;
    const signature = hmac(keyOf(today), toSign).toString("hex");
    sent["authorization"] =
      `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
    return sent;
  };
};
