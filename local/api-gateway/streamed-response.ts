import type { Readable } from "node:stream";
import type { ClientConnection } from "./client-connection.ts";
import { GatewayError } from "./gateway-error.ts";
import { parseStreamMetadata } from "./proxy-response.ts";
import { asBuffer } from "./read-request-body.ts";
import { responseHeaders } from "./response-headers.ts";
import { createPreludeParser, type PreludeParser } from "./stream-prelude.ts";

export type StreamLimits = {
  /** Until the last byte. */
  readonly remainingMs: number;
  /** Between two chunks. */
  readonly idleMs: number;
  readonly preludeBytesMax: number;
};

/** The answer broke after its headers were sent: all that is left is to cut the connection. */
export class StreamCut extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "StreamCut";
  }
}

/**
 * Forwards a function's bytes as they come, at the client's pace. Throws a GatewayError while the client has seen
 * nothing, a StreamCut once it has. Returns early when the client is gone.
 */
export async function sendStreamedResponse(
  body: Readable,
  trailingError: () => { readonly errorType: string } | undefined,
  client: ClientConnection,
  limits: StreamLimits,
): Promise<void> {
  // AWS documents no signal to the function when a client hangs up: there it runs on and is billed. Here the
  // function's response is destroyed, so that what stops a model early can be tested; on AWS it stops no sooner
  // than the function's own deadline.
  const hangUp = (): void => void body.destroy();
  client.gone.addEventListener("abort", hangUp);
  if (client.gone.aborted) hangUp();

  let expired: string | undefined;
  const expire = (why: string): void => {
    expired = why;
    body.destroy(new Error(why));
  };
  const total = setTimeout(expire, limits.remainingMs, "the stream took too long");
  const idle = setTimeout(expire, limits.idleMs, "the stream was idle for too long");

  const parse = createPreludeParser(limits.preludeBytesMax);
  const { response } = client;
  try {
    for await (const chunk of body) {
      idle.refresh();
      const bytes = asBuffer(chunk);
      await client.write(response.headersSent ? bytes : sendHead(parse, bytes, client));
    }
  } catch (error) {
    if (client.gone.aborted) return;
    if (error instanceof GatewayError) throw error;
    throw broken(response.headersSent, expired, error instanceof Error ? error.message : String(error));
  } finally {
    clearTimeout(total);
    clearTimeout(idle);
    client.gone.removeEventListener("abort", hangUp);
    body.destroy();
  }
  if (client.gone.aborted) return;
  const trailer = trailingError();
  if (trailer !== undefined) throw broken(response.headersSent, undefined, trailer.errorType);
  if (!response.headersSent) throw broken(false, undefined, "the stream ended before its metadata");
  response.end();
}

/** Sends status and headers once the metadata is complete; returns what of the body came with it. */
function sendHead(parse: PreludeParser, chunk: Buffer, client: ClientConnection): Buffer {
  const prelude = parse(chunk);
  if (prelude === "incomplete") return Buffer.alloc(0);
  const metadata = prelude === "too long" ? undefined : parseStreamMetadata(prelude.metadataJson);
  if (prelude === "too long" || metadata === undefined) {
    throw new GatewayError("DEFAULT_5XX", { reason: "the stream has no valid metadata prelude" });
  }
  client.writeHead(metadata.statusCode, responseHeaders(metadata));
  // The client learns the status now, not with the first byte of the body.
  client.response.flushHeaders();
  return prelude.rest;
}

function broken(headersSent: boolean, expired: string | undefined, reason: string): Error {
  if (headersSent) return new StreamCut(expired ?? reason);
  return expired === undefined
    ? new GatewayError("DEFAULT_5XX", { reason: `the function broke before its metadata: ${reason}` })
    : new GatewayError("INTEGRATION_TIMEOUT", { reason: expired });
}
