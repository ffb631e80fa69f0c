import { AwsError, type AccessCheck } from "../../aws-service.ts";
import { answerEmpty, answerXml } from "../answer.ts";
import type { Bucket } from "../bucket.ts";
import { versionHeader } from "../object-headers.ts";
import { childrenOf, parseXml, textOf } from "../parse-xml.ts";
import { writePrecondition } from "../preconditions.ts";
import { keyOf, s3Check, type S3Operation } from "../s3-operation.ts";
import { readSmallBody } from "../small-body.ts";
import type { ObjectVersion } from "../stored-object.ts";
import { element, optionalElement } from "../xml.ts";

type Deletion = { readonly key: string; readonly versionId: string | undefined };

const deletionsMax = 1000;

export const deleteObject: S3Operation = (request, storage) => {
  const bucket = storage.bucket(request.bucket, request.region);
  const deletion = { key: keyOf(request), versionId: request.query.get("versionId") ?? undefined };
  return {
    checks: [deletionCheck(bucket, deletion)],
    run() {
      if (request.header("if-match") !== undefined) {
        writePrecondition(request, bucket.objects.find(deletion.key, deletion.versionId));
      }
      const version = deleteFrom(bucket, deletion, storage.now());
      answerEmpty(request, 204, {
        ...(version === undefined ? {} : versionHeader(version, bucket)),
        ...(version?.kind === "deleteMarker" ? { "x-amz-delete-marker": "true" } : {}),
      });
    },
  };
};

/** IAM is asked for every key. One refusal refuses the call, where S3 would delete the others. */
export const deleteObjects: S3Operation = async (request, storage) => {
  const bucket = storage.bucket(request.bucket, request.region);
  const body = parseXml(await readSmallBody(request));
  const deletions = childrenOf(body, "Object").map((object) => ({
    key: textOf(object, "Key") ?? "",
    versionId: textOf(object, "VersionId"),
  }));
  if (deletions.length === 0 || deletions.length > deletionsMax || deletions.some(({ key }) => key === "")) {
    throw new AwsError("MalformedXML", `Delete takes 1 to ${deletionsMax} keys`);
  }
  return {
    checks: deletions.map((deletion) => deletionCheck(bucket, deletion)),
    run() {
      const results = deletions.map((deletion) => deletionResult(bucket, deletion, storage.now()));
      const isQuiet = textOf(body, "Quiet") === "true";
      answerXml(
        request,
        "DeleteResult",
        results.filter((result) => !isQuiet || result.startsWith("<Error>")),
      );
    },
  };
};

const deletionCheck = (bucket: Bucket, { key, versionId }: Deletion): AccessCheck =>
  s3Check(versionId === undefined ? "DeleteObject" : "DeleteObjectVersion", bucket, key);

/** The delete marker that was made, or the version that was removed; throws for one that is locked. */
function deleteFrom(bucket: Bucket, { key, versionId }: Deletion, nowMs: number): ObjectVersion | undefined {
  if (versionId === undefined) return bucket.objects.hide(key, nowMs);
  const version = bucket.objects.find(key, versionId);
  if (version?.kind === "object" && version.retention !== undefined && version.retention.untilMs > nowMs) {
    throw new AwsError("AccessDenied", "Access Denied because object protected by object lock.", 403);
  }
  return bucket.objects.removeVersion(key, versionId);
}

function deletionResult(bucket: Bucket, deletion: Deletion, nowMs: number): string {
  const named = [element("Key", deletion.key), optionalElement("VersionId", deletion.versionId)];
  try {
    const version = deleteFrom(bucket, deletion, nowMs);
    const marker = version?.kind === "deleteMarker" ? version : undefined;
    return element("Deleted", [
      ...named,
      marker && element("DeleteMarker", true),
      optionalElement("DeleteMarkerVersionId", marker?.versionId),
    ]);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return element("Error", [...named, element("Code", error.code), element("Message", error.message)]);
  }
}
