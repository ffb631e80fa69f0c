import { Readable } from "node:stream";
import OpenAI from "openai";
import type { InferencePorts } from "../../core/inference/ports.ts";
import { serveRequest } from "../../core/inference/serve-request.ts";
import { refused } from "../../functions/http/response.ts";
import type { RequestScope } from "../../functions/http/scope.ts";
import { readRequest } from "../../functions/infer/read-request.ts";
import { renderAnswer } from "../../functions/infer/render-answer.ts";
import { httpEvent } from "./http-event.ts";
import { samplePrincipal } from "./samples.ts";

/**
 * The official client in front of everything that the function does with a request, without a network: what it reads, serves
 * and renders, over the ports of a test.
 */
export const clientOf = (ports: InferencePorts): OpenAI =>
  new OpenAI({
    apiKey: "not-looked-at",
    baseURL: "http://in-process/v1",
    maxRetries: 0,
    fetch: async (url, init) => {
      const { body, status, headers } = await answer(ports, new Request(url, init));
      return new Response(body, { status, headers });
    },
  });

const answer = async (ports: InferencePorts, request: Request) => {
  const read = await readRequest(
    httpEvent({ resource: new URL(request.url).pathname, body: await request.text() }),
    ports.remoteImages.allowedHosts,
  );
  const scope: RequestScope = { startedAtMs: 0, requestId: "gateway", notes: {} };
  const response = read.ok
    ? renderAnswer(await serveRequest(ports)(samplePrincipal, read.request), scope)
    : refused(read.refusal);
  const { statusCode: status, headers, body } = response;
  return { status, headers: { ...headers }, body: typeof body === "string" ? body : Readable.toWeb(body) };
};
