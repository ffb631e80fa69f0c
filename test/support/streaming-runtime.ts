import { Writable } from "node:stream";

const metadataOf = new WeakMap<Writable, unknown>();

/** Offers `awslambda`, the global of AWS's Node runtime for functions that stream, to the functions of this test file; must be called before they are imported or made. */
export const installStreamingRuntime = (): void => {
  const awslambda = {
    streamifyResponse: <Handler>(handler: Handler): Handler => handler,
    HttpResponseStream: {
      from: (stream: Writable, metadata: unknown): Writable => {
        metadataOf.set(stream, metadata);
        return stream;
      },
    },
  };
  Object.assign(globalThis, { awslambda });
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
