import type { IncomingMessage } from "node:http";
import { invalidRequest, type Problem } from "../problem.ts";

export type ReadBody =
  | { readonly ok: true; readonly body: Buffer }
  | { readonly ok: false; readonly problem: Problem };

const tooLarge = (bytesMax: number): Problem => ({
  ...invalidRequest("body_too_large", `The request body is larger than ${bytesMax} bytes.`),
  status: 413,
});

/** Reads a whole body, up to `bytesMax`; the rest of a longer one stays unread. Rejects when the client goes away. */
export const readBody = async (request: IncomingMessage, bytesMax: number): Promise<ReadBody> => {
  if (Number(request.headers["content-length"] ?? 0) > bytesMax)
    return { ok: false, problem: tooLarge(bytesMax) };
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Ending the loop early must not destroy the socket: the refusal still goes out on it.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    if (bytes > bytesMax) return { ok: false, problem: tooLarge(bytesMax) };
    chunks.push(chunk);
  }
  return { ok: true, body: Buffer.concat(chunks, bytes) };
};
