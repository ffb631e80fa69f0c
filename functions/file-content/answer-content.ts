import { Readable } from "node:stream";
import { findFile } from "../../core/files/find-file.ts";
import type { FilePorts } from "../../core/files/ports.ts";
import type { CustomerId } from "../../core/identifiers.ts";
import type { Refusal } from "../../core/inference/refusal.ts";
import type { EpochMs } from "../../core/time.ts";
import { bodyBytesMax } from "../contract.ts";
import { fileIdOf, fileNotFound } from "../files/file-id.ts";
import type { HttpEvent } from "../http/event.ts";
import { type StreamableResponse, refused } from "../http/response.ts";

/** For a client to begin: what has begun is finished. */
const downloadMs = 5 * 60_000;

/**
 * What fits into a request comes back in an answer. Anything larger is read where it lies, by a redirect: Lambda would pass
 * 2 MB a second on, and be paid for as long. It is read whole before it is sent, so that a broken read is an error and not
 * half a file.
 */
export const answerContent =
  ({ records, contents }: FilePorts) =>
  async (customer: CustomerId, event: HttpEvent, now: EpochMs): Promise<StreamableResponse> => {
    const id = fileIdOf(event);
    const file = id && (await findFile({ records, contents })(customer, id, now));
    if (!file) return refused(fileNotFound);
    if (file.state !== "processed") return refused(notReady);
    if (file.bytes > bodyBytesMax)
      return {
        statusCode: 302,
        headers: { location: contents.downloadUrl(file, now, downloadMs), "cache-control": "no-store" },
        body: "",
      };
    const bytes = await contents.read(file);
    return {
      statusCode: 200,
      headers: {
        "content-type": "application/octet-stream",
        "content-disposition": `attachment; filename*=UTF-8''${quoted(file.name)}`,
        // It is whatever the customer sent: a browser must not run it.
        "x-content-type-options": "nosniff",
      },
      // As bytes, which only a stream passes on whatever the client says that it accepts.
      body: Readable.from([Buffer.from(bytes)], { objectMode: false }),
    };
  };

/** As a header's extended parameter wants it (RFC 8187), which is more than `encodeURIComponent` does. */
const quoted = (name: string): string =>
  encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const notReady: Refusal = {
  code: "file_not_ready",
  message:
    "This file has no content: it was announced, and not uploaded as announced. `GET /v1/files/{id}` shows whether to wait for it or to upload it anew.",
  param: "id",
};
