import { Readable } from "node:stream";
import type { StreamableResponse } from "../http/response.ts";
import { harmless } from "./media-types.ts";

/** A model's bytes as they are, under a type that no browser runs. Only a stream passes bytes on whatever the client accepts. */
export const rawResponse = (
  statusCode: number,
  contentType: string,
  bytes: Uint8Array,
): StreamableResponse => ({
  statusCode,
  headers: { "content-type": harmless(contentType), "x-content-type-options": "nosniff" },
  body: Readable.from([Buffer.from(bytes)], { objectMode: false }),
});
