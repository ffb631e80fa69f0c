import type { ServerResponse } from "node:http";

export type EventStream = {
  /** Nothing is sent until the first event, so that a refusal can still be a plain JSON answer. */
  send(event: unknown): void;
  /** `[DONE]`: OpenAI's mark of a complete stream. A failed one ends without. */
  finish(options: { readonly complete: boolean }): void;
};

/** Server-sent events. Unsent bytes queue up in memory: an answer's length is bounded by its tokens. */
export const openEventStream = (response: ServerResponse): EventStream => {
  const start = () => {
    if (response.headersSent) return;
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache",
    });
  };
  return {
    send: (event) => {
      start();
      response.write(`data: ${JSON.stringify(event)}\n\n`);
    },
    finish: ({ complete }) => {
      start();
      response.end(complete ? "data: [DONE]\n\n" : undefined);
    },
  };
};
