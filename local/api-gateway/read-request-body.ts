import type { IncomingMessage } from "node:http";

/** How much more than the limit is read and thrown away, so that a client can finish sending and read its 413. */
const discardFactor = 4;

/** The whole body, or "too large". Rejects when the client goes away meanwhile. */
export async function readRequestBody(
  request: IncomingMessage,
  bytesMax: number,
): Promise<Buffer | "too large"> {
  const chunks: Buffer[] = [];
  let received = 0;
  // Leaving the loop must not destroy the request: its socket still has to carry the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes = asBuffer(chunk);
    received += bytes.length;
    if (received <= bytesMax) chunks.push(bytes);
    else if (received > bytesMax * discardFactor) break;
  }
  return received > bytesMax ? "too large" : Buffer.concat(chunks);
}

/** Chunks of a byte stream are untyped. */
export function asBuffer(chunk: unknown): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
}
