import { crc32 } from "node:zlib";

/** A message of AWS's event stream encoding (`application/vnd.amazon.eventstream`). */
export type EventStreamMessage = {
  /** `:message-type`, `:event-type`, `:exception-type` …; only string headers, which are all that runtimes send. */
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Uint8Array;
};

const preludeBytes = 12;
const checksumBytes = 4;
/** SageMaker's parts are far smaller: a longer message is a broken stream. */
const messageBytesMax = 16 * 1024 * 1024;
const stringType = 7;

/**
 * Cuts bytes into messages, whatever the chunks. Each message is `total length, headers length, CRC of these, headers,
 * payload, CRC of all before`. Throws on a message that is not whole: nothing after it can be believed.
 */
export class EventStreamDecoder {
  #pending: Buffer = Buffer.alloc(0);

  push(chunk: Uint8Array): readonly EventStreamMessage[] {
    const bytes = this.#pending.length === 0 ? asBuffer(chunk) : Buffer.concat([this.#pending, chunk]);
    const messages: EventStreamMessage[] = [];
    let start = 0;
    while (bytes.length - start >= preludeBytes) {
      const length = bytes.readUInt32BE(start);
      if (length < preludeBytes + checksumBytes || length > messageBytesMax)
        throw new Error("a message of an impossible length");
      if (bytes.length - start < length) break;
      messages.push(decode(bytes.subarray(start, start + length)));
      start += length;
    }
    this.#pending = bytes.subarray(start);
    return messages;
  }

  /** Whether bytes of an unfinished message are left. */
  get isMidMessage(): boolean {
    return this.#pending.length > 0;
  }
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const decode = (message: Buffer): EventStreamMessage => {
  const headersEnd = preludeBytes + message.readUInt32BE(4);
  const payloadEnd = message.length - checksumBytes;
  const isWhole =
    headersEnd <= payloadEnd &&
    crc32(message.subarray(0, 8)) === message.readUInt32BE(8) &&
    crc32(message.subarray(0, payloadEnd)) === message.readUInt32BE(payloadEnd);
  if (!isWhole) throw new Error("a message whose checksum is wrong");
  return {
    headers: decodeHeaders(message.subarray(preludeBytes, headersEnd)),
    payload: message.subarray(headersEnd, payloadEnd),
  };
};

const decodeHeaders = (bytes: Buffer): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (let at = 0; at < bytes.length;) {
    const nameEnd = at + 1 + bytes.readUInt8(at);
    const name = bytes.toString("utf8", at + 1, nameEnd);
    if (bytes.readUInt8(nameEnd) !== stringType) throw new Error("a header that is no string");
    const valueStart = nameEnd + 3;
    const valueEnd = valueStart + bytes.readUInt16BE(nameEnd + 1);
    headers[name] = bytes.toString("utf8", valueStart, valueEnd);
    at = valueEnd;
  }
  return headers;
};
