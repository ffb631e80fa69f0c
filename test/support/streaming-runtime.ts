import { Writable } from "node:stream";

/** What AWS's Node runtime offers to functions that stream: `awslambda`, a global. */
type Runtime = {
  streamifyResponse<Handler>(handler: Handler): Handler;
  readonly HttpResponseStream: { from(stream: Writable, metadata: unknown): Writable };
};

declare global {
  var awslambda: Runtime | undefined;
}

const metadataOf = new WeakMap<Writable, unknown>();

/** Offers `awslambda` to the functions of this test file; must be called before they are imported or made. */
export const installStreamingRuntime = (): void => {
  globalThis.awslambda = {
    streamifyResponse: (handler) => handler,
    HttpResponseStream: {
      from: (stream, metadata) => {
        metadataOf.set(stream, metadata);
        return stream;
      },
    },
  };
};

/** A response stream that remembers what was written; `failAfter` writes it breaks, as when the client has gone. */
export const responseStream = (failAfter = Number.POSITIVE_INFINITY) => {
  const written: string[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, written_) => {
      if (written.length >= failAfter) return written_(new Error("the client has gone"));
      if (chunk.length > 0) written.push(chunk.toString());
      written_();
    },
  });
  // A stream whose client has gone emits it as an error also when nobody writes any more.
  stream.on("error", () => undefined);
  return { stream, text: () => written.join(""), metadata: () => metadataOf.get(stream) };
};
