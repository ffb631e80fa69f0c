import { Readable } from "node:stream";
import type { StoredAnswer } from "../../core/admission/idempotency.ts";
import { pinOf } from "../../core/catalogue/model-name.ts";
import type { Answer } from "../../core/inference/serve-request.ts";
import { formatDollars } from "../../core/money.ts";
import { type StreamableResponse, jsonText, refused } from "../http/response.ts";
import type { RequestScope } from "../http/scope.ts";
import { rawResponse } from "./raw-response.ts";
import { toServerSentEvents } from "./server-sent-events.ts";

/** An answer given before, told as what it is. */
export const renderReplay = (answer: StoredAnswer, scope: RequestScope): StreamableResponse => {
  scope.requestId = answer.request;
  const { headers, ...response } =
    "body" in answer
      ? jsonText(answer.status, answer.body)
      : rawResponse(answer.status, answer.contentType, answer.bytes);
  return { ...response, headers: { ...headers, "idempotent-replayed": "true" } };
};

/** An answer as the client sees it. From here on its request can be looked up by the id that the scope is given. */
export const renderAnswer = (answer: Answer, scope: RequestScope): StreamableResponse => {
  if (answer.admitted) {
    scope.requestId = answer.admitted.request;
    scope.notes = { ...scope.notes, model: pinOf(answer.admitted.model) };
  }
  switch (answer.kind) {
    case "refused":
      scope.notes = { ...scope.notes, code: answer.refusal.code };
      return refused(answer.refusal);
    case "whole":
      return jsonText(200, answer.body);
    case "raw": {
      const { headers, ...response } = rawResponse(200, answer.contentType, answer.body);
      return { ...response, headers: { ...headers, "x-farebox-cost": formatDollars(answer.cost) } };
    }
    case "streamed": {
      const { stream } = answer;
      scope.atEnd = () => stream.close();
      const body = Readable.from(toServerSentEvents(stream.body), { objectMode: false });
      // A client that hangs up destroys the response stream while the model may be silent: stop the model at once.
      body.once("close", () => void stream.close());
      return { statusCode: 200, headers: eventStreamHeaders, body };
    }
  }
};

const eventStreamHeaders = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache",
};
