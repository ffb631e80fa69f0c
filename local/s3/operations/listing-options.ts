import { AwsError } from "../../aws-service.ts";
import type { S3Request } from "../s3-request.ts";
import { element } from "../xml.ts";

export type ListingOptions = {
  readonly prefix: string;
  readonly delimiter: string;
  readonly pageSize: number;
  /** Writes a key as the caller asked: `encoding-type=url` for those that XML cannot carry. */
  readonly encode: (key: string) => string;
  readonly encodingType: string | undefined;
};

const pageSizeMax = 1000;

export function listingOptions(request: S3Request, sizeParameter = "max-keys"): ListingOptions {
  const asked = request.query.get(sizeParameter) ?? String(pageSizeMax);
  if (!/^\d+$/.test(asked)) {
    throw new AwsError("InvalidArgument", `Provided ${sizeParameter} not an integer or within integer range`);
  }
  const isUrl = request.query.get("encoding-type") === "url";
  return {
    prefix: request.query.get("prefix") ?? "",
    delimiter: request.query.get("delimiter") ?? "",
    pageSize: Math.min(Number(asked), pageSizeMax),
    encode: (key) => (isUrl ? encodeURIComponent(key).replaceAll("%2F", "/") : key),
    encodingType: isUrl ? element("EncodingType", "url") : undefined,
  };
}

/** The condition keys of a listing: a policy may allow only some prefixes. */
export const listingContext = (request: S3Request): Record<string, string> => ({
  "s3:prefix": request.query.get("prefix") ?? "",
  "s3:delimiter": request.query.get("delimiter") ?? "",
  "s3:max-keys": request.query.get("max-keys") ?? String(pageSizeMax),
});
