import { Readable } from "node:stream";
import OpenAI from "openai";
import type { InferencePorts } from "../../core/inference/ports.ts";
import { serveOnce } from "../../core/inference/serve-once.ts";
import { serveRequest } from "../../core/inference/serve-request.ts";
import type { HttpEvent } from "../../functions/http/event.ts";
import { type StreamableResponse, refused } from "../../functions/http/response.ts";
import type { RequestScope } from "../../functions/http/scope.ts";
import { readIdempotency } from "../../functions/infer/idempotency.ts";
import { readRequest } from "../../functions/infer/read-request.ts";
import { renderAnswer, renderReplay } from "../../functions/infer/render-answer.ts";
import { httpEvent } from "./http-event.ts";
import { memoryIdempotencyClaims } from "./memory-idempotency-claims.ts";
import { samplePrincipal } from "./samples.ts";

/**
 * Everything that the function does with a request, without a network: what it reads, serves and renders, over the ports of a
 * test. What it throws is thrown on, where the function answers 500.
 */
export const gatewayOf = (ports: InferencePorts) => {
  const serve = serveOnce({ ...ports, claims: memoryIdempotencyClaims() }, serveRequest(ports));
  const respond = async (event: HttpEvent, scope: RequestScope): Promise<StreamableResponse> => {
    const read = await readRequest(event, ports.remoteImages.allowedHosts);
    if (!read.ok) return refused(read.refusal);
    const once = readIdempotency(event);
    if (!once.ok) return refused(once.refusal);
    const served = await serve(samplePrincipal, read.request, once.idempotency);
    return served.kind === "replayed" ? renderReplay(served.answer, scope) : renderAnswer(served, scope);
  };
  return async (event: HttpEvent) => {
    const scope: RequestScope = { startedAtMs: 0, requestId: "gateway", notes: {} };
    const response = await respond(event, scope);
    return { ...response, requestId: scope.requestId, atEnd: async () => scope.atEnd?.() };
  };
};

/** The official client in front of it. */
export const clientOf = (ports: InferencePorts): OpenAI => {
  const answer = gatewayOf(ports);
  return new OpenAI({
    apiKey: "not-looked-at",
    baseURL: "http://in-process/v1",
    maxRetries: 0,
    fetch: async (url, init) => {
      const request = new Request(url, init);
      const event = httpEvent({ resource: new URL(request.url).pathname, body: await request.text() });
      const { body, statusCode: status, headers } = await answer(event);
      return new Response(typeof body === "string" ? body : Readable.toWeb(body), { status, headers });
    },
  });
};
