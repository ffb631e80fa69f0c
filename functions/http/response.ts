import type { Readable } from "node:stream";
import type { Refusal } from "../../core/inference/refusal.ts";
import { errorTable, retryHeaders } from "./error-table.ts";

/** An answer to API Gateway's Lambda proxy integration. */
export type Response<Body = string> = {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
};

export type StreamableResponse = Response<string | Readable>;

export const json = (statusCode: number, body: unknown): Response =>
  jsonText(statusCode, JSON.stringify(body));

/** For JSON that is already text: amounts of money are written exactly and must not pass through a number. */
export const jsonText = (statusCode: number, body: string): Response => ({
  statusCode,
  headers: { "content-type": "application/json" },
  body,
});

/** The body of an OpenAI-shaped error. */
export const errorBody = ({ code, message, param }: Refusal): string =>
  JSON.stringify({ error: { message, type: errorTable[code].type, param: param ?? null, code } });

export const refused = (refusal: Refusal): Response => {
  const { headers, ...response } = jsonText(errorTable[refusal.code].status, errorBody(refusal));
  return {
    ...response,
    headers: { ...headers, ...retryHeaders(refusal.code, refusal.retryAfterSeconds) },
  };
};
