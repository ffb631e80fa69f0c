/** What stands between the metadata of a streamed response and its body. */
const delimiter = Buffer.alloc(8);

export type Prelude = { readonly metadataJson: string; readonly rest: Buffer };

/** Takes chunks split anywhere; says when the metadata is complete, or that it never will be. */
export type PreludeParser = (chunk: Buffer) => Prelude | "incomplete" | "too long";

/** @param bytesMax the delimiter must have begun within these bytes. */
export function createPreludeParser(bytesMax: number): PreludeParser {
  let received = Buffer.alloc(0);
  return (chunk) => {
    // A delimiter may straddle two chunks: search again from its first possible byte.
    const searchFrom = Math.max(0, received.length - delimiter.length + 1);
    received = Buffer.concat([received, chunk]);
    const end = received.indexOf(delimiter, searchFrom);
    if (end > bytesMax || (end === -1 && received.length > bytesMax + delimiter.length)) return "too long";
    if (end === -1) return "incomplete";
    return {
      metadataJson: received.toString("utf8", 0, end),
      rest: received.subarray(end + delimiter.length),
    };
  };
}
