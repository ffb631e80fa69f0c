import http, { type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { errorOrigin } from "../error-origin.ts";
import { log } from "../log.ts";
import { internalProblem, modelLoading, type Problem } from "../problem.ts";
import type { Answer } from "./answer.ts";
import { readBody } from "./read-body.ts";
import { sendProblem } from "./send-json.ts";

export type ModelServerOptions = {
  readonly answer: Answer;
  readonly isReady: () => boolean;
  readonly bodyBytesMax: number;
};

const routes: Readonly<Record<string, string>> = { "/ping": "GET", "/invocations": "POST" };

const routingProblem = (path: string, method: string | undefined): Problem | undefined => {
  const expected = routes[path];
  if (expected === method) return undefined;
  const base = { type: "invalid_request_error", param: null } as const;
  return expected === undefined
    ? { ...base, status: 404, code: "not_found", message: "There is GET /ping and POST /invocations." }
    : { ...base, status: 405, code: "method_not_allowed", message: `${path} takes ${expected}.` };
};

const invoke = async (
  { answer, bodyBytesMax }: ModelServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
) => {
  const started = performance.now();
  const hangUp = new AbortController();
  response.on("close", () => {
    if (!response.writableFinished) hangUp.abort();
  });
  const read = await readBody(request, bodyBytesMax);
  if (!read.ok) {
    sendProblem(response, read.problem);
    // A client that is still sending reads the refusal only when it is through.
    request.resume();
    return;
  }
  const contentType = request.headers["content-type"];
  const outcome = await answer({ body: read.body, contentType, response, signal: hangUp.signal });
  log({ event: "invocation", ...outcome, milliseconds: Math.round(performance.now() - started) });
};

const handle = async (options: ModelServerOptions, request: IncomingMessage, response: ServerResponse) => {
  const path = (request.url ?? "").split("?", 1)[0] ?? "";
  const problem = routingProblem(path, request.method);
  if (problem !== undefined) sendProblem(response, problem);
  else if (path === "/invocations") await invoke(options, request, response);
  else if (options.isReady()) response.writeHead(200, { "content-length": 0 }).end();
  else sendProblem(response, modelLoading);
};

/** SageMaker's container contract: `GET /ping` says whether the model is loaded, `POST /invocations` asks it. */
export const createModelServer = (options: ModelServerOptions): Server =>
  http.createServer((request, response) => {
    handle(options, request, response).catch((error: unknown) => {
      // A client that left in the middle of its own request is not a failure, and cannot be answered.
      if (request.destroyed && !request.complete) return;
      log({ event: "invocation failed", ...errorOrigin(error) });
      if (response.headersSent) response.destroy();
      else sendProblem(response, internalProblem);
    });
  });
