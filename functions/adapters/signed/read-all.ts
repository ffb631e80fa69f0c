import type { IncomingMessage } from "node:http";

/** An answer's whole body. */
export const readAll = async (answer: IncomingMessage): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer) chunks.push(chunk);
  return Buffer.concat(chunks);
};
