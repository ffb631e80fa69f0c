import { AwsError } from "../aws-service.ts";

/** First and last byte, both included. */
export type ByteRange = { readonly first: number; readonly last: number };

/** The one range a `Range` header asks for. Like S3, a list of ranges or another unit counts as no range at all. */
export function byteRange(header: string | undefined, size: number): ByteRange | undefined {
  const [, from = "", to = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (from === "" && to === "") return undefined;
  const range =
    from === ""
      ? { first: Math.max(0, size - Number(to)), last: size - 1 }
      : { first: Number(from), last: to === "" ? size - 1 : Math.min(Number(to), size - 1) };
  if (to !== "" && from !== "" && Number(to) < Number(from)) return undefined;
  if (range.first > range.last) {
    throw new AwsError("InvalidRange", "The requested range is not satisfiable", 416, {
      RangeRequested: header,
      ActualObjectSize: size,
    });
  }
  return range;
}
