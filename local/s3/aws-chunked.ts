import { Transform, type TransformCallback } from "node:stream";
import { AwsError } from "../aws-service.ts";

const lineBytesMax = 16 * 1024;
const chunkBytesMax = 5 * 1024 ** 3;

type Expecting = "size" | "data" | "end-of-data" | "trailer" | "nothing";

/**
 * Decodes `Content-Encoding: aws-chunked`, the SDK's framing of uploads: per chunk its size in hexadecimal (with or
 * without `;chunk-signature=`), the data, CRLF; then a chunk of size 0, trailing headers, and an empty line. The bytes
 * may arrive split anywhere. Storing the framing instead of decoding it corrupts objects silently.
 */
export class AwsChunkedDecoder extends Transform {
  /** Trailing headers, names in lower case; complete once the stream has ended. */
  readonly trailers = new Map<string, string>();
  #expecting: Expecting = "size";
  #line = "";
  #dataBytesLeft = 0;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    try {
      this.#consume(chunk);
      done();
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  }

  override _flush(done: TransformCallback): void {
    done(this.#expecting === "nothing" ? null : malformed("the body ends before its last chunk"));
  }

  #consume(bytes: Buffer): void {
    let offset = 0;
    while (offset < bytes.length) {
      if (this.#expecting === "data") {
        const data = bytes.subarray(offset, offset + this.#dataBytesLeft);
        this.push(data);
        offset += data.length;
        this.#dataBytesLeft -= data.length;
        if (this.#dataBytesLeft === 0) this.#expecting = "end-of-data";
        continue;
      }
      const newline = bytes.indexOf("\n", offset);
      const end = newline === -1 ? bytes.length : newline;
      this.#line += bytes.toString("latin1", offset, end);
      if (this.#line.length > lineBytesMax) throw malformed("a chunk header is too long");
      offset = end + 1;
      if (newline !== -1) this.#endLine();
    }
  }

  #endLine(): void {
    if (!this.#line.endsWith("\r")) throw malformed("a line does not end in CRLF");
    const line = this.#line.slice(0, -1);
    this.#line = "";
    switch (this.#expecting) {
      case "size":
        return this.#startChunk(line);
      case "end-of-data":
        if (line !== "") throw malformed("a chunk is longer than its size says");
        this.#expecting = "size";
        return;
      case "trailer":
        return this.#endTrailer(line);
      case "data":
      case "nothing":
        throw malformed("bytes follow the last chunk");
    }
  }

  #startChunk(line: string): void {
    const [size = ""] = line.split(";", 1);
    const bytes = /^[0-9a-f]+$/i.test(size) ? Number.parseInt(size, 16) : Number.NaN;
    if (!(bytes <= chunkBytesMax)) throw malformed(`a chunk has no valid size: ${JSON.stringify(line)}`);
    this.#dataBytesLeft = bytes;
    this.#expecting = bytes === 0 ? "trailer" : "data";
  }

  #endTrailer(line: string): void {
    if (line === "") {
      this.#expecting = "nothing";
      return;
    }
    const colon = line.indexOf(":");
    if (colon < 1) throw malformed(`not a trailing header: ${JSON.stringify(line)}`);
    this.trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

const malformed = (what: string): AwsError =>
  new AwsError("IncompleteBody", `The aws-chunked body is malformed: ${what}`);
