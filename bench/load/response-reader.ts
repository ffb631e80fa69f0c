type State = "head" | "sized" | "chunk size" | "chunk" | "chunk end" | "last line";

const endOfHead = Buffer.from("\r\n\r\n");
const lineFeed = 0x0a;

/**
 * Reads HTTP/1.1 responses off a kept-alive connection, one after another: bodies with a length and chunked ones, cut
 * anywhere. Far cheaper than node:http's client: a load generator that works harder than what it measures would measure
 * itself. Throws on anything else, for example a body that ends with its connection.
 */
export class ResponseReader {
  status = 0;
  readonly #onBody: (piece: Buffer) => void;
  #state: State = "head";
  #head: Buffer = Buffer.alloc(0);
  #line = "";
  /** Bytes still to come of the body or of the chunk. */
  #missing = 0;

  constructor(onBody: (piece: Buffer) => void) {
    this.#onBody = onBody;
  }

  /** Takes what has arrived; true when it completes the response. The next call starts another. */
  push(bytes: Buffer): boolean {
    let rest = bytes;
    while (rest.length > 0) {
      switch (this.#state) {
        case "head":
          rest = this.#readHead(rest);
          break;
        case "sized":
        case "chunk":
          rest = this.#readBody(rest);
          break;
        case "chunk size":
        case "chunk end":
        case "last line":
          rest = this.#readLine(rest);
      }
      if (this.#state === "sized" && this.#missing === 0) return this.#finish(rest);
    }
    // A chunked response ends with its last line, which #readLine turns into the state of a new response.
    return this.#state === "head" && this.#head.length === 0;
  }

  #finish(rest: Buffer): true {
    if (rest.length > 0) throw new Error("bytes after the end of a response");
    this.#state = "head";
    return true;
  }

  #readHead(bytes: Buffer): Buffer {
    this.#head = this.#head.length === 0 ? bytes : Buffer.concat([this.#head, bytes]);
    const end = this.#head.indexOf(endOfHead);
    if (end === -1) return bytes.subarray(bytes.length);
    const head = this.#head.toString("latin1", 0, end);
    const rest = this.#head.subarray(end + endOfHead.length);
    this.#head = Buffer.alloc(0);
    this.status = Number(head.slice("HTTP/1.1 ".length, "HTTP/1.1 200".length));
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length !== undefined) {
      this.#state = "sized";
      this.#missing = Number(length);
    } else if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
      this.#state = "chunk size";
    } else {
      throw new Error(`a response without a length: ${head.split("\r\n", 1)[0]}`);
    }
    return rest;
  }

  #readBody(bytes: Buffer): Buffer {
    const piece = bytes.subarray(0, this.#missing);
    this.#missing -= piece.length;
    if (piece.length > 0) this.#onBody(piece);
    if (this.#state === "chunk" && this.#missing === 0) this.#state = "chunk end";
    return bytes.subarray(piece.length);
  }

  #readLine(bytes: Buffer): Buffer {
    const end = bytes.indexOf(lineFeed);
    this.#line += bytes.toString("latin1", 0, end === -1 ? bytes.length : end);
    if (end === -1) return bytes.subarray(bytes.length);
    const line = this.#line.trimEnd();
    this.#line = "";
    const rest = bytes.subarray(end + 1);
    if (this.#state === "chunk end") {
      this.#state = "chunk size";
    } else if (this.#state === "chunk size") {
      this.#missing = Number.parseInt(line, 16);
      if (!(this.#missing >= 0)) throw new Error(`not the size of a chunk: ${line}`);
      this.#state = this.#missing === 0 ? "last line" : "chunk";
    } else if (line === "") {
      this.#finish(rest);
    }
    return rest;
  }
}
