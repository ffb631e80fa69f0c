import { concatBytes } from "../bytes.ts";

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** An event longer than this is no chat chunk; a server that sends one is broken. */
const eventBytesMax = 4 * 1024 * 1024;

/**
 * Cuts a byte stream into server-sent events without decoding it: each yielded piece is one event with its closing blank
 * line, byte for byte. Chunks may be cut anywhere: inside a field, a line ending or a character. Lines may end in LF, CRLF
 * or CR (WHATWG HTML, section 9.2).
 */
export class EventFramer {
  #pending: Uint8Array = new Uint8Array(0);
  /** How far `#pending` has been searched without finding a blank line. */
  #searched = 0;

  /** The events that `chunk` completes; `undefined` if an event outgrows all bounds. */
  push(chunk: Uint8Array): readonly Uint8Array[] | undefined {
    const bytes = this.#pending.length === 0 ? chunk : concatBytes(this.#pending, chunk);
    const events: Uint8Array[] = [];
    let start = 0;
    for (;;) {
      const end = endOfEvent(bytes, Math.max(start, this.#searched));
      if (end === undefined) break;
      events.push(bytes.subarray(start, end));
      start = end;
    }
    this.#pending = bytes.subarray(start);
    // A line ending may be cut in two: look at the last bytes again.
    this.#searched = Math.max(0, this.#pending.length - 3);
    return this.#pending.length > eventBytesMax ? undefined : events;
  }

  /** What came after the last complete event. */
  get rest(): Uint8Array {
    return this.#pending;
  }
}

/** The index just after the first blank line at or after `from`. */
const endOfEvent = (bytes: Uint8Array, from: number): number | undefined => {
  for (let index = from; index < bytes.length; index++) {
    const afterLine = endOfLine(bytes, index);
    if (afterLine === undefined) continue;
    const afterBlank = endOfLine(bytes, afterLine);
    if (afterBlank !== undefined) return afterBlank;
  }
  return undefined;
};

/** The index after a line ending at `index`; `undefined` if there is none, or a CR whose LF may still be on its way. */
const endOfLine = (bytes: Uint8Array, index: number): number | undefined => {
  if (bytes[index] === lineFeed) return index + 1;
  if (bytes[index] !== carriageReturn || index + 1 === bytes.length) return undefined;
  return bytes[index + 1] === lineFeed ? index + 2 : index + 1;
};
