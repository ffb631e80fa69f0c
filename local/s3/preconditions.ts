import { AwsError } from "../aws-service.ts";
import { quoted } from "./object-headers.ts";
import type { S3Request } from "./s3-request.ts";
import type { ObjectVersion, StoredObject } from "./stored-object.ts";

/** Whether a read should answer with the object or with 304; throws 412. `prefix` is set for a copy's source. */
export function readPrecondition(
  request: S3Request,
  object: StoredObject,
  prefix: "" | "x-amz-copy-source-" = "",
): "proceed" | "not-modified" {
  const ifMatch = request.header(`${prefix}if-match`);
  const ifNoneMatch = request.header(`${prefix}if-none-match`);
  const ifUnmodifiedSince = secondOf(request.header(`${prefix}if-unmodified-since`));
  const ifModifiedSince = secondOf(request.header(`${prefix}if-modified-since`));
  const modified = Math.floor(object.modifiedMs / 1000);
  if (ifMatch !== undefined) {
    if (!names(ifMatch, object)) throw failed("If-Match");
  } else if (ifUnmodifiedSince !== undefined && modified > ifUnmodifiedSince) {
    throw failed("If-Unmodified-Since");
  }
  // An entity tag is exact, a date is not: with both, the tag decides.
  if (ifNoneMatch !== undefined) return names(ifNoneMatch, object) ? "not-modified" : "proceed";
  return ifModifiedSince !== undefined && modified <= ifModifiedSince ? "not-modified" : "proceed";
}

/**
 * Throws unless a write may replace what is there now. To be asked in the same turn of the event loop as the change is
 * made: a check before the body has arrived would let two writers both win.
 */
export function writePrecondition(request: S3Request, current: ObjectVersion | undefined): void {
  const ifMatch = request.header("if-match");
  const ifNoneMatch = request.header("if-none-match");
  const object = current?.kind === "object" ? current : undefined;
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch !== "*") {
      throw new AwsError(
        "NotImplemented",
        "A header you provided implies functionality that is not implemented: If-None-Match takes only * here",
        501,
      );
    }
    if (object !== undefined) throw failed("If-None-Match");
  }
  if (ifMatch === undefined) return;
  if (object === undefined) throw new AwsError("NoSuchKey", "The specified key does not exist.", 404);
  if (!names(ifMatch, object)) throw failed("If-Match");
}

const names = (header: string, object: StoredObject): boolean =>
  header
    .split(",")
    .map((tag) => tag.trim())
    .some((tag) => tag === "*" || tag === quoted(object.etag) || tag === object.etag);

const secondOf = (date: string | undefined): number | undefined => {
  const ms = Date.parse(date ?? "");
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1000);
};

const failed = (condition: string): AwsError =>
  new AwsError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412, {
    Condition: condition,
  });
