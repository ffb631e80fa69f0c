import type { Model } from "../../core/catalogue/model.ts";
import type { ModelPayload } from "../../core/inference/ports.ts";
import { serveRequest } from "../../core/inference/serve-request.ts";
import type { InferenceRequest } from "../../core/inference/tasks/inference-request.ts";
import { picodollars } from "../../core/money.ts";
import { memoryInference } from "./memory-inference.ts";
import { samplePrincipal } from "./samples.ts";
import { encode } from "./sse.ts";

/** Serves one request whose model answers with `reply`, a text or what is to be JSON. */
export const askTask = async (model: Model, request: InferenceRequest, reply: unknown) => {
  const sent: ModelPayload[] = [];
  const { ports, events } = memoryInference({
    model,
    wallet: picodollars(10n ** 24n),
    invoke: async (_endpoint, payload) => {
      sent.push(payload);
      return { ok: true, body: encode(typeof reply === "string" ? reply : JSON.stringify(reply)) };
    },
  });
  const served = await serveRequest(ports)(samplePrincipal, request);
  return { served, events, sent, body: served.kind === "whole" ? served.body : "" };
};
