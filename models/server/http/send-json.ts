import type { ServerResponse } from "node:http";
import type { Problem } from "../problem.ts";

export const sendJson = (response: ServerResponse, status: number, body: unknown): void => {
  const bytes = Buffer.from(JSON.stringify(body));
  response
    .writeHead(status, { "content-type": "application/json", "content-length": bytes.length })
    .end(bytes);
};

/** The body of an OpenAI error. */
export const problemBody = ({ message, type, param, code }: Problem) => ({
  error: { message, type, param, code },
});

export const sendProblem = (response: ServerResponse, problem: Problem): void => {
  if (problem.status === 503) response.setHeader("retry-after", "1");
  // The rest of an oversized body is not read, so the connection cannot carry another request.
  if (problem.status === 413) response.setHeader("connection", "close");
  sendJson(response, problem.status, problemBody(problem));
};
