import { answerXml } from "../answer.ts";
import type { Bucket } from "../bucket.ts";
import { page } from "../listing.ts";
import { quoted } from "../object-headers.ts";
import { s3Check, type S3Operation } from "../s3-operation.ts";
import type { ObjectVersion } from "../stored-object.ts";
import { element, optionalElement } from "../xml.ts";
import { listingContext, listingOptions } from "./listing-options.ts";

type Entry = { readonly key: string; readonly version: ObjectVersion; readonly isLatest: boolean };

export const listObjectVersions: S3Operation = (request, storage) => {
  const bucket = storage.bucket(request.bucket, request.region);
  const options = listingOptions(request);
  const keyMarker = request.query.get("key-marker") ?? "";
  const versionMarker = request.query.get("version-id-marker") ?? undefined;
  return {
    checks: [s3Check("ListBucketVersions", bucket, undefined, listingContext(request))],
    run() {
      const { delimiter, encode } = options;
      const listed = page(entriesAfter(bucket, keyMarker, versionMarker), {
        ...options,
        // A marker that ends in the delimiter is the common prefix the page before ended with.
        prefixAlreadyListed: delimiter !== "" && keyMarker.endsWith(delimiter) ? keyMarker : undefined,
      });
      const next = listed.continueAfter;
      const nextEntry = next !== undefined && "entry" in next ? next.entry : undefined;
      const nextKey = next !== undefined && "commonPrefix" in next ? next.commonPrefix : nextEntry?.key;
      answerXml(request, "ListVersionsResult", [
        element("Name", bucket.name),
        element("Prefix", encode(options.prefix)),
        element("KeyMarker", encode(keyMarker)),
        optionalElement("VersionIdMarker", versionMarker),
        delimiter === "" ? undefined : element("Delimiter", encode(delimiter)),
        element("MaxKeys", options.pageSize),
        element("IsTruncated", next !== undefined),
        options.encodingType,
        optionalElement("NextKeyMarker", nextKey && encode(nextKey)),
        optionalElement("NextVersionIdMarker", nextEntry?.version.versionId),
        ...listed.entries.map((entry) => entryElement(entry, encode)),
        ...listed.commonPrefixes.map((prefix) =>
          element("CommonPrefixes", [element("Prefix", encode(prefix))]),
        ),
      ]);
    },
  };
};

/** Versions by key, the newest of a key first, from the one after the marker. */
function entriesAfter(bucket: Bucket, keyMarker: string, versionMarker: string | undefined): Entry[] {
  const marker = Buffer.from(keyMarker);
  return bucket.objects.keys().flatMap((key) => {
    const order = Buffer.compare(Buffer.from(key), marker);
    if (order < 0 || (order === 0 && versionMarker === undefined)) return [];
    const entries = bucket.objects
      .versions(key)
      .map((version, index): Entry => ({ key, version, isLatest: index === 0 }));
    if (order > 0) return entries;
    return entries.slice(1 + entries.findIndex(({ version }) => version.versionId === versionMarker));
  });
}

function entryElement({ key, version, isLatest }: Entry, encode: (key: string) => string): string {
  const named = [
    element("Key", encode(key)),
    element("VersionId", version.versionId),
    element("IsLatest", isLatest),
    element("LastModified", new Date(version.modifiedMs).toISOString()),
  ];
  return version.kind === "deleteMarker"
    ? element("DeleteMarker", named)
    : element("Version", [
        ...named,
        element("ETag", quoted(version.etag)),
        element("Size", version.size),
        element("StorageClass", "STANDARD"),
      ]);
}
