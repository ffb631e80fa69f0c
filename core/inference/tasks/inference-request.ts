import type { Admitted } from "../../admission/admit.ts";
import type { Quantities } from "../../billing/quantities.ts";
import type { QuantitySource } from "../../billing/usage-event.ts";
import type { Model, ModelEndpoint } from "../../catalogue/model.ts";
import type { Task } from "../../catalogue/task.ts";
import type { Money } from "../../money.ts";
import type { StreamedAnswer } from "../answer-streaming.ts";
import type { InferencePorts, ModelFailure, ModelPayload, ModelStream, WholeReply } from "../ports.ts";
import type { Refusal } from "../refusal.ts";

/**
 * A validated request as the one flow sees it: what differs from task to task, and nothing else. Each task has a module in
 * this folder that makes one.
 */
export type InferenceRequest = {
  readonly model: string;
  /** What a model may be for, to serve this request's route. */
  readonly tasks: readonly Task[];
  /** What the request asks for beyond the model's limits. */
  readonly refuse?: (model: Model) => Refusal | undefined;
  /** The most that it can consume: priced, it is the hold. */
  readonly worstCase: (model: Model) => Quantities;
  /** What must be fetched before the model can be asked: the request with all of it, or why there is none. */
  readonly prepare?: (ports: InferencePorts, admitted: Admitted) => Promise<PreparedRequest>;
  readonly payload: (model: Model, endpoint: ModelEndpoint) => ModelPayload;
  /** Reads the model's whole answer. */
  readonly read: (reply: WholeReply, model: Model) => WholeReading;
  /** There where the client asked for a stream. */
  readonly answerStreaming?: AnswerStreaming;
};

export type PreparedRequest =
  | { readonly ok: true; readonly request: InferenceRequest }
  | { readonly ok: false; readonly refusal: Refusal };

/** JSON text with the cost in it, or bytes as the model sent them, with the cost beside them. */
export type RenderedAnswer =
  | { readonly kind: "whole"; readonly body: string }
  | {
      readonly kind: "raw";
      /** The model's word, not to be trusted by browsers. */
      readonly contentType: string;
      readonly body: Uint8Array;
      readonly cost: Money;
    };

/** What the model has answered: how much it was, and how the client sees it once it is known what it costs. */
export type WholeReading =
  | {
      readonly ok: true;
      readonly quantities: Quantities;
      readonly source: QuantitySource;
      readonly render: (cost: Money, admitted: Admitted) => RenderedAnswer;
    }
  | {
      /** Nothing that could be delivered. */
      readonly ok: false;
      readonly failure: ModelFailure;
    };

/** Takes over once the model's first bytes are there. */
export type AnswerStreaming = (
  ports: InferencePorts,
  admitted: Admitted,
  endpoint: ModelEndpoint,
  stream: ModelStream,
) => StreamedAnswer;

/** For what is no answer to the request at all. */
export const unreadable: WholeReading = { ok: false, failure: { reason: "broken" } };
