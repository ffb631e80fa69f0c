import { AwsError } from "../../aws-service.ts";
import { answerEmpty } from "../answer.ts";
import { checksumHeaders } from "../checksum.ts";
import { encryptionHeaders, keyChecks } from "../encryption.ts";
import { quoted } from "../object-headers.ts";
import { receiveBody } from "../receive-body.ts";
import { keyOf, s3Check, type S3Operation } from "../s3-operation.ts";

const partNumberMax = 10_000;

export const uploadPart: S3Operation = (request, storage) => {
  const bucket = storage.bucket(request.bucket, request.region);
  const key = keyOf(request);
  const upload = bucket.uploads.find(request.query.get("uploadId") ?? "", key);
  const number = Number(request.query.get("partNumber"));
  if (!Number.isInteger(number) || number < 1 || number > partNumberMax) {
    throw new AwsError(
      "InvalidArgument",
      `Part number must be an integer between 1 and ${partNumberMax}, inclusive`,
    );
  }
  const { encryption } = upload.attributes;
  return {
    checks: [
      s3Check("PutObject", bucket, key),
      // The upload's data key was made when it was started, and is decrypted for every part.
      ...keyChecks("kms:Decrypt", encryption, bucket, key, storage.kms),
    ],
    async run() {
      const content = bucket.uploads.newContent(upload);
      const { size, md5, checksum } = await receiveBody(request, content.path);
      // Someone may have aborted or completed the upload meanwhile.
      bucket.uploads.find(upload.id, key);
      const etag = md5.toString("hex");
      const part = { number, size, etag, modifiedMs: storage.now(), content: content.name };
      bucket.uploads.record(upload, checksum === undefined ? part : { ...part, checksum });
      const { "x-amz-checksum-type": _type, ...partChecksum } = checksumHeaders(checksum);
      answerEmpty(request, 200, {
        etag: quoted(etag),
        ...encryptionHeaders(encryption),
        ...partChecksum,
      });
    },
  };
};
