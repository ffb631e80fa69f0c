import { AwsError } from "../../aws-service.ts";
import { answerXml } from "../answer.ts";
import { checksumAlgorithm, type ChecksumAlgorithm } from "../checksum.ts";
import { encryptionHeaders, keyChecks } from "../encryption.ts";
import type { MultipartUpload } from "../multipart.ts";
import { requestedAttributes } from "../object-attributes.ts";
import { keyOf, type S3Operation } from "../s3-operation.ts";
import type { S3Request } from "../s3-request.ts";
import { element } from "../xml.ts";
import { putChecks } from "./put-object.ts";

export const createMultipartUpload: S3Operation = (request, storage) => {
  const bucket = storage.bucket(request.bucket, request.region);
  const key = keyOf(request);
  const attributes = requestedAttributes(request, bucket, storage);
  const checksum = requestedChecksum(request);
  return {
    checks: [
      ...putChecks(request, bucket, key),
      ...keyChecks("kms:GenerateDataKey", attributes.encryption, bucket, key, storage.kms),
    ],
    run() {
      const upload = bucket.uploads.start({ key, startedMs: storage.now(), attributes, ...checksum });
      answerXml(
        request,
        "InitiateMultipartUploadResult",
        [element("Bucket", bucket.name), element("Key", key), element("UploadId", upload.id)],
        {
          ...encryptionHeaders(attributes.encryption),
          ...(checksum.checksumAlgorithm === undefined
            ? {}
            : {
                "x-amz-checksum-algorithm": checksum.checksumAlgorithm,
                "x-amz-checksum-type": checksum.checksumType,
              }),
        },
      );
    },
  };
};

function requestedChecksum(request: S3Request): Pick<MultipartUpload, "checksumAlgorithm" | "checksumType"> {
  const header = request.header("x-amz-checksum-algorithm");
  if (header === undefined) return {};
  const algorithm = checksumAlgorithm.safeParse(header);
  if (!algorithm.success) {
    throw new AwsError("InvalidRequest", `Checksum algorithm ${header} is not supported.`);
  }
  const type = request.header("x-amz-checksum-type") ?? defaultType(algorithm.data);
  const isPossible =
    type === "COMPOSITE" ? algorithm.data !== "CRC64NVME" : !algorithm.data.startsWith("SHA");
  if ((type !== "COMPOSITE" && type !== "FULL_OBJECT") || !isPossible) {
    throw new AwsError("InvalidRequest", `The ${type} checksum type cannot be used with ${header}.`);
  }
  return { checksumAlgorithm: algorithm.data, checksumType: type };
}

/** Only a CRC can be put together from those of the parts, and this one has no other way. */
const defaultType = (algorithm: ChecksumAlgorithm) =>
  algorithm === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE";
