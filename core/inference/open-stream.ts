import type { ModelFailure, ModelStream, ModelStreamReply } from "./ports.ts";

/** A stream whose first bytes have arrived, or the failure that came in their place. */
export type OpenedStream =
  | { readonly ok: true; readonly stream: ModelStream }
  | { readonly ok: false; readonly failure: ModelFailure };

/** A stream that is being waited for. */
export type OpeningStream = {
  readonly opened: Promise<OpenedStream>;
  /** Stops the model, as soon as it has taken the request. */
  cancel(): void;
};

/** Waits for a stream's first bytes. An empty stream is a broken one. One that does not open is ended. */
export const openStream = (reply: Promise<ModelStreamReply>): OpeningStream => {
  let isCancelled = false;
  let model: ModelStream | undefined;
  const open = async (): Promise<OpenedStream> => {
    const taken = await reply;
    if (!taken.ok) return taken;
    const { stream } = taken;
    model = stream;
    if (isCancelled) stream.cancel();
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
  return {
    opened: open(),
    cancel() {
      isCancelled = true;
      model?.cancel();
    },
  };
};

/**
 * A stream that is not open yet, as one that is silent: for a client that has been told that there will be an answer. If it does
 * not open, that is its first and last item.
 */
export const lateStream = (opening: OpeningStream): ModelStream => ({
  chunks: chunksOf(opening.opened),
  cancel: () => opening.cancel(),
});

async function* chunksOf(opened: Promise<OpenedStream>): AsyncGenerator<Uint8Array | ModelFailure> {
  // A port that rejects, against its contract, would have nobody left who could answer with an error.
  const outcome = await opened.catch(() => broken);
  if (outcome.ok) yield* outcome.stream.chunks;
  else yield outcome.failure;
}

const broken: OpenedStream = { ok: false, failure: { reason: "broken" } };

async function* resume<Item>(first: Item, rest: AsyncIterator<Item>): AsyncGenerator<Item> {
  try {
    yield first;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    // Whoever stops listening early must end the source too: it holds a connection and a timer.
    await rest.return?.();
  }
}
