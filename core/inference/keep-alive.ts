import type { Timers } from "./timers.ts";

/** Proxies close a connection that is silent for 30 to 60 seconds. */
export const silenceMsMax = 15_000;

/** A comment of server-sent events, which clients skip, and the blank line that keeps it apart from what follows. */
const comment = new TextEncoder().encode(": keep-alive\n\n");

/**
 * Passes a body's pieces on as they come, and a comment whenever none has come for `silenceMsMax`. Pieces are whole events, so
 * that no comment is ever inside of one. Nothing is read or said that the client has not asked for: where it is slow, so are we.
 * `isOverdue`: the silence before the body was as long already.
 */
export async function* keepAlive<Piece>(
  timers: Timers,
  body: AsyncGenerator<Piece, void>,
  isOverdue = false,
): AsyncGenerator<Piece | Uint8Array, void> {
  let wake = (): void => undefined;
  const timer = timers.start(silenceMsMax, () => wake());
  /** `undefined` if there is silence first. */
  const nextOrSilence = (pending: Promise<IteratorResult<Piece, void>>) =>
    new Promise<IteratorResult<Piece, void> | undefined>((resolve, reject) => {
      wake = () => resolve(undefined);
      pending.then(resolve, reject);
    });
  try {
    if (isOverdue) yield comment;
    for (;;) {
      timer.restart();
      const pending = body.next();
      let next = await nextOrSilence(pending);
      while (next === undefined) {
        yield comment;
        timer.restart();
        next = await nextOrSilence(pending);
      }
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    timer.stop();
    await body.return();
  }
}
