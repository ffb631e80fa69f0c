import { rm } from "node:fs/promises";
import { answerEmpty } from "../answer.ts";
import { checksumHeaders } from "../checksum.ts";
import { encryptionHeaders, keyChecks } from "../encryption.ts";
import { entityTag } from "../entity-tag.ts";
import { requestedAttributes } from "../object-attributes.ts";
import { quoted, versionHeader } from "../object-headers.ts";
import { writePrecondition } from "../preconditions.ts";
import { receiveBody } from "../receive-body.ts";
import { conditionKeysOf, keyOf, s3Check, type S3Operation } from "../s3-operation.ts";
import type { Bucket } from "../bucket.ts";
import type { S3Request } from "../s3-request.ts";
import type { AccessCheck } from "../../aws-service.ts";

export const putObject: S3Operation = (request, storage) => {
  const bucket = storage.bucket(request.bucket, request.region);
  const key = keyOf(request);
  const attributes = requestedAttributes(request, bucket, storage);
  return {
    checks: [
      ...putChecks(request, bucket, key),
      ...keyChecks("kms:GenerateDataKey", attributes.encryption, bucket, key, storage.kms),
    ],
    async run() {
      const content = bucket.objects.newContent();
      const received = await receiveBody(request, content.path);
      try {
        writePrecondition(request, bucket.objects.find(key));
      } catch (error) {
        await rm(content.path);
        throw error;
      }
      const { size, md5, checksum } = received;
      const object = bucket.objects.put(key, {
        ...attributes,
        size,
        etag: entityTag(md5, attributes.encryption),
        modifiedMs: storage.now(),
        content: content.name,
        ...(checksum === undefined ? {} : { checksum }),
      });
      answerEmpty(request, 200, {
        etag: quoted(object.etag),
        ...versionHeader(object, bucket),
        ...encryptionHeaders(object.encryption),
        ...checksumHeaders(checksum),
      });
    },
  };
};

/** What it takes to put an object, by whatever operation. */
export function putChecks(request: S3Request, bucket: Bucket, key: string): AccessCheck[] {
  const checks = [s3Check("PutObject", bucket, key, conditionKeysOf(request))];
  // If-Match tells whether the caller knows the object, so S3 asks that it may read it.
  if (request.header("if-match") !== undefined) checks.push(s3Check("GetObject", bucket, key));
  if (request.header("x-amz-object-lock-mode") !== undefined) {
    checks.push(s3Check("PutObjectRetention", bucket, key));
  }
  return checks;
}
