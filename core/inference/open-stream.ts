import type { ModelFailure, ModelStream } from "./ports.ts";

/** A stream whose first bytes have arrived, or the failure that came in their place. */
export type OpenedStream =
  | { readonly ok: true; readonly stream: ModelStream }
  | { readonly ok: false; readonly failure: ModelFailure };

/** Waits for a stream's first bytes. An empty stream is a broken one. One that does not open is ended. */
export const openStream = async (stream: ModelStream): Promise<OpenedStream> => {
  const iterator = stream.chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) return { ok: false, failure: { reason: "broken" } };
  if (!(first.value instanceof Uint8Array)) {
    await iterator.return?.();
    return { ok: false, failure: first.value };
  }
  const chunks = resume(first.value, iterator);
  return { ok: true, stream: { chunks, cancel: () => stream.cancel() } };
};

async function* resume<Item>(first: Item, rest: AsyncIterator<Item>): AsyncGenerator<Item> {
  try {
    yield first;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    // Whoever stops listening early must end the source too: it holds a connection and a timer.
    await rest.return?.();
  }
}
