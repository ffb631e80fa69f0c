import type { Bucket } from "./bucket.ts";
import { checksumHeaders } from "./checksum.ts";
import { encryptionHeaders } from "./encryption.ts";
import type { DeleteMarker, StoredObject } from "./stored-object.ts";

/** Headers of an answer that carries, or describes, an object. `withChecksum` is what `x-amz-checksum-mode` asks. */
export function objectHeaders(
  object: StoredObject,
  bucket: Bucket,
  withChecksum: boolean,
): Record<string, string> {
  return {
    ...object.headers,
    ...Object.fromEntries(
      Object.entries(object.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]),
    ),
    ...encryptionHeaders(object.encryption),
    ...versionHeader(object, bucket),
    ...(withChecksum ? checksumHeaders(object.checksum) : {}),
    ...(object.retention === undefined
      ? {}
      : {
          "x-amz-object-lock-mode": object.retention.mode,
          "x-amz-object-lock-retain-until-date": new Date(object.retention.untilMs).toISOString(),
        }),
    "accept-ranges": "bytes",
    etag: quoted(object.etag),
    "last-modified": new Date(object.modifiedMs).toUTCString(),
  };
}

/** A bucket that never kept versions does not speak of them. */
export const versionHeader = (version: StoredObject | DeleteMarker, bucket: Bucket): Record<string, string> =>
  bucket.versioning === "Off" ? {} : { "x-amz-version-id": version.versionId };

export const quoted = (etag: string): string => `"${etag}"`;
