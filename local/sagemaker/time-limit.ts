import type { ServerResponse } from "node:http";

/** Ends an invocation when it has taken too long, or when its caller has hung up. */
export type TimeLimit = {
  readonly signal: AbortSignal;
  readonly isOver: () => boolean;
  readonly clear: () => void;
};

export function timeLimit(response: ServerResponse, limitMs: number): TimeLimit {
  const aborting = new AbortController();
  let over = false;
  const timer = setTimeout(() => {
    over = true;
    aborting.abort();
  }, limitMs);
  const hungUp = () => {
    if (!response.writableFinished) aborting.abort();
  };
  response.once("close", hungUp);
  return {
    signal: aborting.signal,
    isOver: () => over,
    clear() {
      clearTimeout(timer);
      response.off("close", hungUp);
    },
  };
}
