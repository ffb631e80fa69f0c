import { answerEmpty, answerXml } from "../answer.ts";
import { page } from "../listing.ts";
import { quoted } from "../object-headers.ts";
import { keyOf, s3Check, type S3Operation } from "../s3-operation.ts";
import { element } from "../xml.ts";
import { listingOptions } from "./listing-options.ts";

export const abortMultipartUpload: S3Operation = (request, storage) => {
  const bucket = storage.bucket(request.bucket, request.region);
  const key = keyOf(request);
  return {
    checks: [s3Check("AbortMultipartUpload", bucket, key)],
    run() {
      bucket.uploads.remove(bucket.uploads.find(request.query.get("uploadId") ?? "", key));
      answerEmpty(request, 204);
    },
  };
};

export const listParts: S3Operation = (request, storage) => {
  const bucket = storage.bucket(request.bucket, request.region);
  const key = keyOf(request);
  const options = listingOptions(request, "max-parts");
  const after = Number(request.query.get("part-number-marker") ?? 0);
  return {
    checks: [s3Check("ListMultipartUploadParts", bucket, key)],
    run() {
      const upload = bucket.uploads.find(request.query.get("uploadId") ?? "", key);
      const remaining = bucket.uploads.parts(upload).filter((part) => part.number > after);
      const parts = remaining.slice(0, options.pageSize);
      answerXml(request, "ListPartsResult", [
        element("Bucket", bucket.name),
        element("Key", options.encode(key)),
        element("UploadId", upload.id),
        element("StorageClass", "STANDARD"),
        element("PartNumberMarker", after),
        element("NextPartNumberMarker", parts.at(-1)?.number ?? after),
        element("MaxParts", options.pageSize),
        element("IsTruncated", remaining.length > parts.length),
        options.encodingType,
        ...parts.map((part) =>
          element("Part", [
            element("PartNumber", part.number),
            element("LastModified", new Date(part.modifiedMs).toISOString()),
            element("ETag", quoted(part.etag)),
            element("Size", part.size),
            part.checksum && element(`Checksum${part.checksum.algorithm}`, part.checksum.value),
          ]),
        ),
      ]);
    },
  };
};

export const listMultipartUploads: S3Operation = (request, storage) => {
  const bucket = storage.bucket(request.bucket, request.region);
  const options = listingOptions(request, "max-uploads");
  return {
    checks: [s3Check("ListBucketMultipartUploads", bucket)],
    run() {
      const listed = page(bucket.uploads.list(), options);
      answerXml(request, "ListMultipartUploadsResult", [
        element("Bucket", bucket.name),
        element("Prefix", options.encode(options.prefix)),
        element("MaxUploads", options.pageSize),
        // Markers are not modelled; a page that is not the last one is never called complete.
        element("IsTruncated", listed.continueAfter !== undefined),
        options.encodingType,
        ...listed.entries.map((upload) =>
          element("Upload", [
            element("Key", options.encode(upload.key)),
            element("UploadId", upload.id),
            element("StorageClass", "STANDARD"),
            element("Initiated", new Date(upload.startedMs).toISOString()),
          ]),
        ),
        ...listed.commonPrefixes.map((prefix) =>
          element("CommonPrefixes", [element("Prefix", options.encode(prefix))]),
        ),
      ]);
    },
  };
};
