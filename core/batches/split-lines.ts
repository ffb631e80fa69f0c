import { concatBytes } from "../bytes.ts";

/** A line of a file, without its end. */
export type FileLine = {
  /** From 1. Empty lines count. */
  readonly number: number;
  /** Of its first byte. */
  readonly offset: number;
  /** With its end. */
  readonly bytes: number;
  readonly text: string;
};

const lineFeed = 0x0a;

/**
 * The lines of a file as its bytes arrive, however they are cut. Yields the number of a line of more than `lineBytesMax` in
 * its place, and ends there: nothing behind it is read.
 */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
  lineBytesMax: number,
): AsyncGenerator<FileLine | number> {
  let [number, offset, restBytes] = [1, 0, 0];
  let rest: Uint8Array[] = [];
  const take = (end: Uint8Array): FileLine => {
    const line = concatBytes(...rest, end);
    const taken: FileLine = { number, offset, bytes: line.length, text: textOf(line) };
    number += 1;
    offset += line.length;
    restBytes = 0;
    rest = [];
    return taken;
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      if (restBytes + end - start > lineBytesMax) return yield number;
      yield take(chunk.subarray(start, end + 1));
      start = end + 1;
    }
    rest.push(chunk.subarray(start));
    restBytes += chunk.length - start;
    if (restBytes > lineBytesMax) return yield number;
  }
  if (restBytes > 0) yield take(new Uint8Array());
}

/** Bytes that are not UTF-8 become marks that they were there, as JSON text has none of them outside its strings. */
const textOf = (line: Uint8Array): string => new TextDecoder().decode(line).trim();
