import { rm } from "node:fs/promises";
import { AwsError } from "../../aws-service.ts";
import { answerXml } from "../answer.ts";
import type { Bucket } from "../bucket.ts";
import { checksumAlgorithm } from "../checksum.ts";
import { encryptionHeaders, keyChecks, requestedEncryption } from "../encryption.ts";
import { entityTag } from "../entity-tag.ts";
import { requestedAttributes, requestedRetention } from "../object-attributes.ts";
import { quoted, versionHeader } from "../object-headers.ts";
import { readPrecondition, writePrecondition } from "../preconditions.ts";
import { writeContent } from "../receive-body.ts";
import { decode } from "../request-target.ts";
import { keyOf, type S3Operation, type S3Storage } from "../s3-operation.ts";
import type { S3Request } from "../s3-request.ts";
import type { ObjectAttributes, StoredObject } from "../stored-object.ts";
import { element } from "../xml.ts";
import { readChecks } from "./find-readable.ts";
import { decryptChecks, openReadable } from "./get-object.ts";
import { putChecks } from "./put-object.ts";

export const copyObject: S3Operation = (request, storage) => {
  const bucket = storage.bucket(request.bucket, request.region);
  const key = keyOf(request);
  const source = copySource(request, storage);
  const encryption = requestedEncryption(request, bucket, storage.kms);
  return {
    checks: [
      ...readChecks(source.bucket, source.key, source.versionId),
      ...decryptChecks(source.bucket, source.key, source.versionId, storage),
      ...putChecks(request, bucket, key),
      ...keyChecks("kms:GenerateDataKey", encryption, bucket, key, storage.kms),
    ],
    async run() {
      const { object: from, file } = await openReadable(request, source.bucket, source.key, source.versionId);
      const content = bucket.objects.newContent();
      try {
        if (readPrecondition(request, from, "x-amz-copy-source-") === "not-modified")
          throw preconditionFailed();
        const attributes = copiedAttributes(request, storage, bucket, from);
        const algorithm = requestedAlgorithm(request) ?? from.checksum?.algorithm;
        const algorithms = algorithm === undefined ? [] : [algorithm];
        const written = await writeContent(
          [file.createReadStream({ start: 0, autoClose: false })],
          content.path,
          algorithms,
        );
        writePrecondition(request, bucket.objects.find(key));
        const value = algorithm && written.checksums.get(algorithm)?.toString("base64");
        const copy = bucket.objects.put(key, {
          ...attributes,
          size: written.size,
          etag: entityTag(written.md5, encryption),
          modifiedMs: storage.now(),
          content: content.name,
          ...(algorithm && value ? { checksum: { algorithm, value, type: "FULL_OBJECT" } } : {}),
        });
        answerXml(
          request,
          "CopyObjectResult",
          [
            element("ETag", quoted(copy.etag)),
            element("LastModified", new Date(copy.modifiedMs).toISOString()),
            copy.checksum && element(`Checksum${copy.checksum.algorithm}`, copy.checksum.value),
          ],
          {
            ...versionHeader(copy, bucket),
            ...encryptionHeaders(copy.encryption),
            ...(source.bucket.versioning === "Off" ? {} : { "x-amz-copy-source-version-id": from.versionId }),
          },
        );
      } catch (error) {
        await rm(content.path, { force: true });
        throw error;
      } finally {
        await file.close();
      }
    },
  };
};

/** `x-amz-copy-source: [/]bucket/key[?versionId=...]`, URL-encoded. */
function copySource(
  request: S3Request,
  storage: S3Storage,
): { readonly bucket: Bucket; readonly key: string; readonly versionId: string | undefined } {
  const header = (request.header("x-amz-copy-source") ?? "").replace(/^\//, "");
  const [path = "", versionId] = header.split("?versionId=", 2);
  const [bucket, ...key] = decode(path).split("/");
  if (key.join("/") === "")
    throw new AwsError(
      "InvalidArgument",
      "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
    );
  return { bucket: storage.bucket(bucket, request.region), key: key.join("/"), versionId };
}

/** A copy takes the source's headers and metadata unless told to replace them; encryption is always its own. */
function copiedAttributes(
  request: S3Request,
  storage: S3Storage,
  bucket: Bucket,
  from: StoredObject,
): ObjectAttributes {
  if (request.header("x-amz-metadata-directive") === "REPLACE") {
    return requestedAttributes(request, bucket, storage);
  }
  const retention = requestedRetention(request, bucket, storage.now());
  return {
    headers: from.headers,
    metadata: from.metadata,
    encryption: requestedEncryption(request, bucket, storage.kms),
    ...(retention === undefined ? {} : { retention }),
  };
}

const requestedAlgorithm = (request: S3Request) =>
  checksumAlgorithm.optional().catch(undefined).parse(request.header("x-amz-checksum-algorithm"));

const preconditionFailed = (): AwsError =>
  new AwsError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412);
