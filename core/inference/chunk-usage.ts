import { concatBytes, lastIndexOfBytes } from "../bytes.ts";
import { type JsonObject, isJsonObject, parseJsonObject } from "../json.ts";
import { withUsage } from "./priced-usage.ts";

const utf8 = new TextDecoder();
const encoder = new TextEncoder();
/** Inside a JSON string the second quote would be escaped: these bytes occur only as a member's name. */
const usageMember = encoder.encode('"usage":');
const finishReason = /"finish_reason":\s*"/;

/** A chunk that carries usage, and how to send it on without it, or with other usage in its place. */
export type ChunkUsage = {
  readonly usage: JsonObject;
  /** The last chunk of a stream with `include_usage` has usage and no choices. */
  readonly hasChoices: boolean;
  /** A choice ends with this chunk: some servers put the stream's usage here and send no chunk of its own for it. */
  readonly finishes: boolean;
  without(): Uint8Array;
  with(usageJson: string): Uint8Array;
};

/**
 * Finds the `usage` of a server-sent chunk; `undefined` if it has none (or null). Servers write usage last, so that it is
 * cut out of the bytes: the content of a chunk is never re-serialised. Only a chunk that is written differently is.
 */
export const findUsage = (event: Uint8Array): ChunkUsage | undefined => {
  const at = lastIndexOfBytes(event, usageMember);
  if (at < 0) return undefined;
  return findLastMember(event, at) ?? findAnywhere(event);
};

const findLastMember = (event: Uint8Array, at: number): ChunkUsage | undefined => {
  const head = utf8.decode(event.subarray(0, at));
  const tail = utf8.decode(event.subarray(at + usageMember.length)).trimEnd();
  const comma = /,\s*$/.exec(head);
  const usage = tail.endsWith("}") ? parseJsonObject(tail.slice(0, -1)) : undefined;
  if (!comma || !usage) return undefined;
  const bytesBefore = event.subarray(0, at - comma[0].length);
  const close = (members: string): Uint8Array => concatBytes(bytesBefore, encoder.encode(`${members}}\n\n`));
  return {
    usage,
    hasChoices: !/"choices":\s*\[\s*\]/.test(head),
    finishes: finishReason.test(head),
    without: () => close(""),
    with: (usageJson) => close(`,"usage":${usageJson}`),
  };
};

const findAnywhere = (event: Uint8Array): ChunkUsage | undefined => {
  const chunk = parseJsonObject(dataOf(event));
  if (!chunk || !isJsonObject(chunk["usage"])) return undefined;
  const { usage, ...rest } = chunk;
  const write = (json: string): Uint8Array => encoder.encode(`data: ${json}\n\n`);
  return {
    usage,
    hasChoices: Array.isArray(chunk["choices"]) && chunk["choices"].length > 0,
    finishes: finishReason.test(JSON.stringify(rest)),
    without: () => write(JSON.stringify(rest)),
    with: (usageJson) => write(withUsage(rest, usageJson)),
  };
};

/** The data of an event: its `data` lines, joined. */
export const dataOf = (event: Uint8Array): string =>
  utf8
    .decode(event)
    .split(/\r\n|\r|\n/)
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice(line.startsWith("data: ") ? "data: ".length : "data:".length))
    .join("\n");
