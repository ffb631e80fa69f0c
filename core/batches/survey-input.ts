import type { BatchEndpoint } from "./batch.ts";
import { type Chunk, chunkBytesMax, linesPerChunk } from "./chunk.ts";
import type { InputFault } from "./input-fault.ts";
import { readLine } from "./read-line.ts";
import { splitLines } from "./split-lines.ts";

/** OpenAI's limit. */
export const linesMax = 50_000;
/** As much as a request of its own may have. */
export const lineBytesMax = 4 * 1024 * 1024;
/** Enough to mend a file by. */
const faultsMax = 50;

export type Survey =
  | { readonly ok: true; readonly lines: number; readonly chunks: readonly Chunk[] }
  | { readonly ok: false; readonly faults: readonly InputFault[] };

/** Reads a batch's whole input once, from its first byte: what is wrong with it, or how it divides into chunks. */
export const surveyInput = async (
  bytes: AsyncIterable<Uint8Array>,
  endpoint: BatchEndpoint,
): Promise<Survey> => {
  const faults: InputFault[] = [];
  const chunks: Chunk[] = [];
  const customIds = new Set<string>();
  let lines = 0;
  for await (const line of splitLines(bytes, lineBytesMax)) {
    if (typeof line === "number") {
      faults.push({ code: "line_too_large", message: "A line may have 4 MB.", line });
      break;
    }
    if (line.text === "") continue;
    lines += 1;
    if (lines > linesMax) {
      faults.push({
        code: "too_many_lines",
        message: `A batch may have ${linesMax} lines. Split it into several.`,
      });
      break;
    }
    const { number, offset } = line;
    const read = readLine(line.text, endpoint);
    if (!read.ok) faults.push({ ...read.fault, line: number });
    else if (customIds.has(read.line.customId)) faults.push({ ...duplicate, line: number });
    else customIds.add(read.line.customId);
    if (faults.length === faultsMax) break;

    const end = offset + line.bytes;
    const last = chunks.at(-1);
    if (!last || last.lines === linesPerChunk || end - last.offset > chunkBytesMax) {
      chunks.push({ index: chunks.length, lines: 1, offset, bytes: line.bytes });
    } else {
      chunks[chunks.length - 1] = { ...last, lines: last.lines + 1, bytes: end - last.offset };
    }
  }
  if (faults.length > 0) return { ok: false, faults };
  return lines === 0 ? { ok: false, faults: [empty] } : { ok: true, lines, chunks };
};

const duplicate = {
  code: "duplicate_custom_id",
  message: "An earlier line has the same `custom_id`: it tells the results apart.",
  param: "custom_id",
} as const;

const empty: InputFault = { code: "empty_file", message: "The file has no lines." };
