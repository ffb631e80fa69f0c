import type { ModelFinding } from "../catalogue/find-model.ts";
import type { ModelEndpoint } from "../catalogue/model.ts";
import type { UsageEvent } from "../billing/usage-event.ts";
import type { Clock, EpochMs } from "../time.ts";
import type { AdmissionPorts } from "../admission/admit.ts";
import type { RemoteImages } from "./remote-images/ports.ts";
import type { Timers } from "./timers.ts";
import type { LeaseRules } from "../admission/lease-rules.ts";
import type { RenderedAnswer } from "./tasks/inference-request.ts";

/** What the request flow needs of the world. */
export type InferencePorts = AdmissionPorts & {
  readonly clock: Clock;
  readonly catalogue: Catalogue;
  readonly modelServers: ModelServers;
  readonly usageEvents: UsageEvents;
  readonly progress: ProgressRecords;
  readonly timers: Timers;
  readonly remoteImages: RemoteImages;
  /** Those that the leases follow. */
  readonly rules: Pick<LeaseRules, "isLate">;
};

export interface Catalogue {
  /** The model that a client writes, as `name` or `name@version`; at most a minute old. */
  find(written: string): Promise<ModelFinding>;
}

export interface ModelServers {
  /** Sends a request and waits for the whole answer. */
  invoke(endpoint: ModelEndpoint, payload: ModelPayload, deadline: EpochMs): Promise<ModelReply>;
  /** Sends a request and hands the answer on as it arrives; what answer is accepted is then a stream of events. */
  invokeStreaming(
    endpoint: ModelEndpoint,
    payload: ModelPayload,
    deadline: EpochMs,
  ): Promise<ModelStreamReply>;
}

/** What a model is sent. */
export type ModelPayload = {
  /**
   * What a server of OpenAI's API calls it: the path below its base URL. Absent where that API has no such thing; SageMaker's
   * endpoints have one operation for all.
   */
  readonly operation?:
    | "chat/completions"
    | "completions"
    | "embeddings"
    | "audio/transcriptions"
    | "images/generations"
    | "moderations";
  readonly contentType: string;
  /** The content type of a whole answer. */
  readonly accept: string;
  readonly body: Uint8Array;
};

export type ModelReply = WholeReply | { readonly ok: false; readonly failure: ModelFailure };

export type WholeReply = {
  readonly ok: true;
  readonly body: Uint8Array;
  /** What the server says that the body is. */
  readonly contentType?: string;
};

export type ModelStreamReply =
  | { readonly ok: true; readonly stream: ModelStream }
  | { readonly ok: false; readonly failure: ModelFailure };

export interface ModelStream {
  /** Bytes as they arrive, cut anywhere, even inside a character. A failure midway is the last item; nothing is thrown. */
  readonly chunks: AsyncIterable<Uint8Array | ModelFailure>;
  /** Stops the model; `chunks` then ends soon. Calling it again, or after the end, does nothing. */
  cancel(): void;
}

/** What went wrong at the model, without its internals. */
export type ModelFailure = {
  readonly reason: "rejected" | "overloaded" | "waking" | "unavailable" | "timeout" | "broken";
  /** Only for `rejected`: the model server's own words to the client, from an OpenAI-shaped error. */
  readonly message?: string;
  readonly param?: string;
  readonly code?: string;
};

export interface UsageEvents {
  /**
   * Stores the event unless its request has one. Resolves with the event that is on record then: this one, or one that
   * whoever closed the lease has stored. `undefined`, after retries have failed: what is on record is not known, and the
   * event has been handed to the log with an alarm.
   *
   * `answer`: what the client gets, if the event is for an answer that is there as a whole. Whoever keeps answers keeps it
   * with the event, both or neither, and rejects where it is not known whether it did: the event is then recorded once
   * more, as one of a request that delivered nothing, and what is on record decides. Otherwise it never rejects.
   */
  record(event: UsageEvent, answer?: () => RenderedAnswer): Promise<UsageEvent | undefined>;
}

/** What is known of requests that are running, for the case that nothing more is ever heard from them. */
export interface ProgressRecords {
  /**
   * Keeps `event` as the one that its request leaves if it dies; a later one of the same request takes its place. Never
   * rejects: a request goes on without, and its crash is not billed then.
   */
  keep(event: UsageEvent): Promise<void>;
}
