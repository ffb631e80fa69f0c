/**
 * A refusal that the caller can act on, in OpenAI's vocabulary. Expected outcomes are values: only bugs are thrown.
 * `message` may name fields and limits; it never quotes what the caller sent.
 */
export type Problem = {
  readonly status: 400 | 404 | 405 | 413 | 500 | 503;
  readonly type: "invalid_request_error" | "server_error" | "overloaded_error";
  readonly code: string;
  readonly message: string;
  /** The field at fault, as a path: `messages[0].content`. */
  readonly param: string | null;
};

export const invalidRequest = (code: string, message: string, param: string | null = null): Problem => ({
  status: 400,
  type: "invalid_request_error",
  code,
  message,
  param,
});

export const contextLengthExceeded = (message: string, param: string): Problem =>
  invalidRequest("context_length_exceeded", message, param);

/** Says nothing about the cause: that goes to the log, without content. */
export const internalProblem: Problem = {
  status: 500,
  type: "server_error",
  code: "internal_error",
  message: "The model server failed to answer this request.",
  param: null,
};

export const modelLoading: Problem = {
  status: 503,
  type: "overloaded_error",
  code: "model_loading",
  message: "The model is still being loaded.",
  param: null,
};

export const serverBusy: Problem = {
  status: 503,
  type: "overloaded_error",
  code: "server_busy",
  message: "Too many requests are waiting for this model.",
  param: null,
};
