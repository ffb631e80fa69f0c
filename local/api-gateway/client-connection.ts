import type { ServerResponse } from "node:http";

/** The client's end of an exchange: written to with backpressure, and watched for a hang-up. */
export type ClientConnection = {
  readonly response: ServerResponse;
  /** Aborted when the client hangs up before its answer is complete. */
  readonly gone: AbortSignal;
  writeHead(status: number, headers: ReadonlyMap<string, readonly string[]>): void;
  /** Resolves when more may be written, or when the client is gone. */
  write(chunk: Buffer): Promise<void>;
  readonly bytesWritten: number;
};

export function watchClient(response: ServerResponse): ClientConnection {
  const hangUp = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) hangUp.abort();
  });
  let bytesWritten = 0;
  return {
    response,
    gone: hangUp.signal,
    get bytesWritten() {
      return bytesWritten;
    },
    writeHead(status, headers) {
      for (const [name, values] of headers) {
        const [single] = values;
        response.setHeader(name, values.length === 1 && single !== undefined ? single : values);
      }
      response.writeHead(status);
    },
    async write(chunk) {
      if (chunk.length === 0 || response.destroyed) return;
      bytesWritten += chunk.length;
      if (!response.write(chunk)) await drained(response);
    },
  };
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      response.off("drain", settle);
      response.off("close", settle);
      resolve();
    };
    response.on("drain", settle);
    response.on("close", settle);
  });
}
