import type { Principal } from "../access/principal.ts";
import { type Admitted, admit } from "../admission/admit.ts";
import type { RateStanding } from "../admission/rate-limiter.ts";
import type { ModelEndpoint } from "../catalogue/model.ts";
import { answerWhole } from "./answer-whole.ts";
import type { StreamedAnswer } from "./answer-streaming.ts";
import { keepAlive, silenceMsMax } from "./keep-alive.ts";
import { type OpenedStream, lateStream, openStream } from "./open-stream.ts";
import { takesLongerThan } from "./timers.ts";
import { meter } from "./meter.ts";
import { refusalFor } from "./model-failure.ts";
import type { InferencePorts, ModelFailure } from "./ports.ts";
import { announceDear } from "./progress.ts";
import type { Refusal, RefusalCode } from "./refusal.ts";
import { route } from "./route.ts";
import type { AnswerStreaming, InferenceRequest, RenderedAnswer } from "./tasks/inference-request.ts";

/** What the client gets. An answer names the request it can be looked up by; so does a refusal after admission. */
export type Answer =
  | { readonly kind: "refused"; readonly refusal: Refusal; readonly admitted?: Admitted }
  | (RenderedAnswer & { readonly admitted: Admitted })
  | { readonly kind: "streamed"; readonly admitted: Admitted; readonly stream: StreamedAnswer };

/** With where the caller's rate limits stand, for the answer's headers. */
export type Served = Answer & { readonly standings: readonly RateStanding[] };

/**
 * THE request flow, whatever the task: find the model, admit, route, invoke, answer, meter. Whatever happens after admission,
 * exactly one usage event is written: before a whole answer is returned, and before a streamed one ends.
 */
export const serveRequest =
  (ports: InferencePorts) =>
  async (caller: Principal, request: InferenceRequest): Promise<Served> => {
    const finding = await ports.catalogue.find(request.model);
    const admission = await admit(ports, caller, finding, request, ports.clock.now());
    const { standings } = admission;
    if (!admission.ok) return { kind: "refused", refusal: admission.refusal, standings };

    return { ...(await serveAdmitted(ports, admission.admitted, request)), standings };
  };

const serveAdmitted = async (
  ports: InferencePorts,
  admitted: Admitted,
  asked: InferenceRequest,
): Promise<Answer> => {
  const endpoint = route(admitted.model, ports.region);
  if (!endpoint) return failBeforeFirstByte(ports, admitted, asked, { reason: "unavailable" });
  try {
    const prepared = (await asked.prepare?.(ports, admitted)) ?? { ok: true, request: asked };
    if (!prepared.ok) return await refuseAdmitted(ports, admitted, asked, prepared.refusal);
    const { request } = prepared;
    const { answerStreaming } = request;
    await announceDear(ports, admitted, isStreamed(request));
    return answerStreaming
      ? await streamFrom(ports, admitted, request, endpoint, answerStreaming)
      : await answerFrom(ports, admitted, request, endpoint);
  } catch (error) {
    // A bug of ours, or of an adapter that rejects: the request was admitted, so it leaves its event all the same.
    await meterNothingDelivered(ports, admitted, asked, "internal_error");
    throw error;
  }
};

const answerFrom = async (
  ports: InferencePorts,
  admitted: Admitted,
  request: InferenceRequest,
  endpoint: ModelEndpoint,
): Promise<Answer> => {
  const payload = request.payload(admitted.model, endpoint);
  const reply = await ports.modelServers.invoke(endpoint, payload, admitted.deadline);
  if (!reply.ok) return failBeforeFirstByte(ports, admitted, request, reply.failure);
  const reading = request.read(reply, admitted.model);
  if (!reading.ok) return failBeforeFirstByte(ports, admitted, request, reading.failure);
  return { admitted, ...(await answerWhole(ports, admitted, reading)) };
};

const streamFrom = async (
  ports: InferencePorts,
  admitted: Admitted,
  request: InferenceRequest,
  endpoint: ModelEndpoint,
  answerStreaming: AnswerStreaming,
): Promise<Answer> => {
  const payload = request.payload(admitted.model, endpoint);
  const opening = openStream(ports.modelServers.invokeStreaming(endpoint, payload, admitted.deadline));
  // The status is still open until the model's first bytes are there: a failure so far is an answer of its own. A model that
  // is silent for longer is believed to be at work, and its client is told so before a proxy gives up on both.
  const isLate = await takesLongerThan(ports.timers, silenceMsMax, opening.opened);
  const opened: OpenedStream = isLate ? { ok: true, stream: lateStream(opening) } : await opening.opened;
  if (!opened.ok) return failBeforeFirstByte(ports, admitted, request, opened.failure);
  const answer = answerStreaming(ports, admitted, endpoint, opened.stream);
  const body = keepAlive(ports.timers, answer.body, isLate);
  return { kind: "streamed", admitted, stream: { body, close: () => answer.close() } };
};

/** Nothing was delivered: the event says so, and nothing is billed. */
const failBeforeFirstByte = async (
  ports: InferencePorts,
  admitted: Admitted,
  request: InferenceRequest,
  failure: ModelFailure,
): Promise<Answer> => refuseAdmitted(ports, admitted, request, refusalFor(failure, admitted.model.name));

const refuseAdmitted = async (
  ports: InferencePorts,
  admitted: Admitted,
  request: InferenceRequest,
  refusal: Refusal,
): Promise<Answer> => {
  await meterNothingDelivered(ports, admitted, request, refusal.code);
  return { kind: "refused", refusal, admitted };
};

const meterNothingDelivered = async (
  ports: InferencePorts,
  admitted: Admitted,
  request: InferenceRequest,
  failure: RefusalCode,
): Promise<void> => {
  await meter(ports, admitted, {
    outcome: "failed",
    failure,
    quantities: {},
    source: "counted",
    streamed: isStreamed(request),
  });
};

const isStreamed = (request: InferenceRequest): boolean => request.answerStreaming !== undefined;
