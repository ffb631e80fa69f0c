import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { AwsError } from "../../aws-service.ts";
import { answerXml } from "../answer.ts";
import type { Bucket } from "../bucket.ts";
import { checksumHeader, startChecksum, type Checksum } from "../checksum.ts";
import { encryptionHeaders, keyChecks } from "../encryption.ts";
import { multipartEntityTag } from "../entity-tag.ts";
import type { MultipartUpload, UploadedPart } from "../multipart.ts";
import { quoted, versionHeader } from "../object-headers.ts";
import { childrenOf, parseXml, textOf, type XmlElement } from "../parse-xml.ts";
import { writePrecondition } from "../preconditions.ts";
import { writeContent, type WrittenContent } from "../receive-body.ts";
import { keyOf, type S3Operation } from "../s3-operation.ts";
import type { S3Request } from "../s3-request.ts";
import { readSmallBody } from "../small-body.ts";
import { element } from "../xml.ts";
import { putChecks } from "./put-object.ts";

const partBytesMin = 5 * 1024 ** 2;

export const completeMultipartUpload: S3Operation = async (request, storage) => {
  const bucket = storage.bucket(request.bucket, request.region);
  const key = keyOf(request);
  const upload = bucket.uploads.find(request.query.get("uploadId") ?? "", key);
  const body = parseXml(await readSmallBody(request));
  const { encryption } = upload.attributes;
  return {
    checks: [
      ...putChecks(request, bucket, key),
      ...keyChecks("kms:Decrypt", encryption, bucket, key, storage.kms),
    ],
    async run() {
      const parts = namedParts(childrenOf(body, "Part"), bucket.uploads.parts(upload));
      const content = bucket.objects.newContent();
      try {
        const written = await joinParts(bucket, upload, parts, content.path);
        const checksum = checksumOfUpload(upload, parts, written);
        verifyChecksum(request, checksum);
        // Someone may have aborted or completed it while the parts were being joined.
        bucket.uploads.find(upload.id, key);
        writePrecondition(request, bucket.objects.find(key));
        const object = bucket.objects.put(key, {
          ...upload.attributes,
          size: written.size,
          etag: multipartEntityTag(parts.map(({ etag }) => etag)),
          modifiedMs: storage.now(),
          content: content.name,
          ...(checksum === undefined ? {} : { checksum }),
        });
        bucket.uploads.remove(upload);
        answerXml(
          request,
          "CompleteMultipartUploadResult",
          [
            element("Location", `/${bucket.name}/${key}`),
            element("Bucket", bucket.name),
            element("Key", key),
            element("ETag", quoted(object.etag)),
            checksum && element(`Checksum${checksum.algorithm}`, checksum.value),
            checksum && element("ChecksumType", checksum.type),
          ],
          { ...versionHeader(object, bucket), ...encryptionHeaders(encryption) },
        );
      } catch (error) {
        await rm(content.path, { force: true });
        throw error;
      }
    },
  };
};

/** The uploaded parts that the caller names, in its order, which must be ascending. */
function namedParts(named: readonly XmlElement[], uploaded: readonly UploadedPart[]): UploadedPart[] {
  if (named.length === 0) throw new AwsError("MalformedXML", "You must specify at least one part");
  const parts = named.map((element) => {
    const number = Number(textOf(element, "PartNumber"));
    const part = uploaded.find((candidate) => candidate.number === number);
    const etag = (textOf(element, "ETag") ?? "").replaceAll('"', "");
    if (part === undefined || part.etag !== etag || !hasNamedChecksum(element, part)) {
      throw new AwsError(
        "InvalidPart",
        "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
        400,
        { PartNumber: number },
      );
    }
    return part;
  });
  if (parts.some((part, index) => index > 0 && part.number <= (parts[index - 1]?.number ?? 0))) {
    throw new AwsError("InvalidPartOrder", "The list of parts was not in ascending order.");
  }
  const tooSmall = parts.slice(0, -1).find((part) => part.size < partBytesMin);
  if (tooSmall !== undefined) {
    throw new AwsError(
      "EntityTooSmall",
      "Your proposed upload is smaller than the minimum allowed size",
      400,
      {
        PartNumber: tooSmall.number,
        ProposedSize: tooSmall.size,
        MinSizeAllowed: partBytesMin,
      },
    );
  }
  return parts;
}

function hasNamedChecksum(element: XmlElement, part: UploadedPart): boolean {
  const named = part.checksum && textOf(element, `Checksum${part.checksum.algorithm}`);
  return named === undefined || named === part.checksum?.value;
}

async function joinParts(
  bucket: Bucket,
  upload: MultipartUpload,
  parts: readonly UploadedPart[],
  file: string,
): Promise<WrittenContent> {
  async function* bytes() {
    for (const part of parts) yield* createReadStream(bucket.uploads.contentPath(upload, part.content));
  }
  const { checksumAlgorithm, checksumType } = upload;
  const ofWhole =
    checksumType === "FULL_OBJECT" && checksumAlgorithm !== undefined ? [checksumAlgorithm] : [];
  return writeContent([Readable.from(bytes(), { objectMode: false })], file, ofWhole);
}

/** Of the whole content, or composite: the checksum of the parts' checksums. */
function checksumOfUpload(
  upload: MultipartUpload,
  parts: readonly UploadedPart[],
  written: WrittenContent,
): Checksum | undefined {
  const { checksumAlgorithm: algorithm, checksumType: type } = upload;
  if (algorithm === undefined || type === undefined) return undefined;
  if (type === "FULL_OBJECT") {
    return { algorithm, type, value: written.checksums.get(algorithm)?.toString("base64") ?? "" };
  }
  const ofParts = startChecksum(algorithm);
  for (const { number, checksum } of parts) {
    if (checksum?.algorithm !== algorithm) {
      throw new AwsError(
        "InvalidRequest",
        `The upload was created using a ${algorithm} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
      );
    }
    ofParts.update(Buffer.from(checksum.value, "base64"));
  }
  return { algorithm, type, value: `${ofParts.digest().toString("base64")}-${parts.length}` };
}

function verifyChecksum(request: S3Request, checksum: Checksum | undefined): void {
  const sent = checksum && request.header(checksumHeader(checksum.algorithm));
  if (sent === undefined || sent === checksum?.value) return;
  throw new AwsError(
    "BadDigest",
    `The ${checksum?.algorithm} you specified did not match the calculated checksum.`,
  );
}
