import { z } from "zod";
import { AwsError } from "../../aws-service.ts";
import { answerXml } from "../answer.ts";
import { page, type Page } from "../listing.ts";
import { quoted } from "../object-headers.ts";
import { s3Check, type S3Operation } from "../s3-operation.ts";
import type { StoredObject } from "../stored-object.ts";
import { element, optionalElement } from "../xml.ts";
import { listingContext, listingOptions } from "./listing-options.ts";

type Entry = { readonly key: string; readonly object: StoredObject };

/** Where a page ended: what `NextContinuationToken` carries, in base64. */
const position = z.strictObject({ after: z.string(), isPrefix: z.boolean() });
type Position = z.output<typeof position>;

export const listObjectsV2: S3Operation = (request, storage) => {
  const bucket = storage.bucket(request.bucket, request.region);
  const options = listingOptions(request);
  const token = request.query.get("continuation-token");
  const startAfter = request.query.get("start-after") ?? "";
  const from = token === null ? { after: startAfter, isPrefix: false } : readToken(token);
  return {
    checks: [s3Check("ListBucket", bucket, undefined, listingContext(request))],
    run() {
      const entries = bucket.objects.keys().flatMap((key): Entry[] => {
        const object = bucket.objects.find(key);
        return object?.kind === "object" && isAfter(key, from.after) ? [{ key, object }] : [];
      });
      const listed = page(entries, {
        ...options,
        prefixAlreadyListed: from.isPrefix ? from.after : undefined,
      });
      const next = listed.continueAfter && writeToken(positionOf(listed.continueAfter));
      answerXml(request, "ListBucketResult", [
        element("Name", bucket.name),
        element("Prefix", options.encode(options.prefix)),
        options.delimiter === "" ? undefined : element("Delimiter", options.encode(options.delimiter)),
        element("MaxKeys", options.pageSize),
        element("KeyCount", listed.entries.length + listed.commonPrefixes.length),
        element("IsTruncated", next !== undefined),
        options.encodingType,
        optionalElement("ContinuationToken", token ?? undefined),
        optionalElement("NextContinuationToken", next),
        startAfter === "" ? undefined : element("StartAfter", options.encode(startAfter)),
        ...listed.entries.map((entry) => contents(entry, options.encode)),
        ...listed.commonPrefixes.map((prefix) =>
          element("CommonPrefixes", [element("Prefix", options.encode(prefix))]),
        ),
      ]);
    },
  };
};

const contents = ({ key, object }: Entry, encode: (key: string) => string): string =>
  element("Contents", [
    element("Key", encode(key)),
    element("LastModified", new Date(object.modifiedMs).toISOString()),
    element("ETag", quoted(object.etag)),
    object.checksum && element("ChecksumAlgorithm", object.checksum.algorithm),
    object.checksum && element("ChecksumType", object.checksum.type),
    element("Size", object.size),
    element("StorageClass", "STANDARD"),
  ]);

const isAfter = (key: string, after: string): boolean =>
  Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0;

const positionOf = (last: NonNullable<Page<Entry>["continueAfter"]>): Position =>
  "entry" in last ? { after: last.entry.key, isPrefix: false } : { after: last.commonPrefix, isPrefix: true };

const writeToken = (from: Position): string => Buffer.from(JSON.stringify(from)).toString("base64url");

function readToken(token: string): Position {
  try {
    return position.parse(JSON.parse(Buffer.from(token, "base64url").toString()));
  } catch {
    // Whatever is wrong with it, it is not a token that this service gave.
    throw new AwsError("InvalidArgument", "The continuation token provided is incorrect");
  }
}
