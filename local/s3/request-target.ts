import { AwsError } from "../aws-service.ts";

/** What a path-style request is about: `/bucket/key`, the key possibly with slashes; `/` is the account. */
export type RequestTarget = { readonly bucket: string | undefined; readonly key: string | undefined };

const keyBytesMax = 1024;

/**
 * Takes the request line's own target: a parsed URL has its dot segments removed, and `a/../b` is a legal key.
 */
export function requestTarget(requestLineTarget: string): RequestTarget {
  const [path = ""] = requestLineTarget.split("?", 1);
  const [, bucket = "", ...rest] = path.split("/");
  const key = decode(rest.join("/"));
  if (Buffer.byteLength(key) > keyBytesMax) {
    throw new AwsError("KeyTooLongError", "Your key is too long", 400, { MaxSizeAllowed: keyBytesMax });
  }
  return { bucket: decode(bucket) || undefined, key: key || undefined };
}

export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError("InvalidURI", `Couldn't parse the specified URI: ${text}`);
  }
}
