import type { Problem } from "../problem.ts";

/** What crosses between the HTTP thread and the engine's thread: plain data, structured-cloned. */

export const tasks = ["chat", "embeddings", "image-classification", "recommendation"] as const;
export type Task = (typeof tasks)[number];

export type ModelSource =
  | { readonly kind: "folder"; readonly folder: string }
  | { readonly kind: "hub"; readonly id: string; readonly cacheFolder: string };

export type EngineConfiguration = {
  readonly task: Task;
  readonly source: ModelSource;
  /** Which ONNX file of the checkpoint is loaded. */
  readonly precision: "q8" | "q4" | "fp16" | "fp32";
  /** How token vectors become one embedding. */
  readonly pooling: "mean" | "cls" | "last_token";
  readonly threads: number;
};

export type ChatMessage = { readonly role: "system" | "user" | "assistant"; readonly content: string };

export type ChatJob = {
  readonly messages: readonly ChatMessage[];
  /** Undefined: as many as the context leaves. */
  readonly tokensMax: number | undefined;
  readonly choices: number;
  readonly stop: readonly string[];
  /** Undefined: the model's own default. 0: always the likeliest token. */
  readonly temperature: number | undefined;
  readonly topP: number | undefined;
  readonly seed: number | undefined;
  /** Generate up to the token limit, whatever the model says: for measurements and tests. */
  readonly ignoreEnd: boolean;
};

export type FinishReason = "stop" | "length";

/** `completionTokens` counts what the model generated so far over all choices, end-of-turn and withheld tokens included. */
type ChatEvent =
  | { readonly type: "prompt"; readonly promptTokens: number }
  | {
      readonly type: "text";
      readonly choice: number;
      readonly text: string;
      readonly completionTokens: number;
    }
  | {
      readonly type: "choice-end";
      readonly choice: number;
      readonly reason: FinishReason | "aborted";
      readonly completionTokens: number;
    };

/** A text, or tokens without the special ones. */
export type EmbeddingsInput = string | readonly number[];

type EmbeddingsJob = { readonly inputs: readonly EmbeddingsInput[] };

type EmbeddingsEvent = {
  readonly type: "vectors";
  /** One per input, of length 1. */
  readonly vectors: readonly Float32Array[];
  readonly promptTokens: number;
};

export type ImageJob = { readonly image: Uint8Array; readonly predictionsMax: number };

type Prediction = { readonly label: string; readonly score: number };

/** Most likely first. */
type ImageEvent = { readonly type: "predictions"; readonly predictions: readonly Prediction[] };

export type RecommendationJob = {
  /** Titles that were liked. */
  readonly history: readonly string[];
  readonly candidates: readonly string[];
};

/** One per candidate, in their order. */
type RecommendationEvent = { readonly type: "scores"; readonly scores: readonly number[] };

export type TaskTypes = {
  chat: { job: ChatJob; event: ChatEvent };
  embeddings: { job: EmbeddingsJob; event: EmbeddingsEvent };
  "image-classification": { job: ImageJob; event: ImageEvent };
  recommendation: { job: RecommendationJob; event: RecommendationEvent };
};

type Refused = { readonly type: "refused"; readonly problem: Problem };

/** A bug or a broken model: logged by the engine, told to the caller without its cause. */
type Failed = { readonly type: "failed" };

export type JobEvent<T extends Task> = TaskTypes[T]["event"] | Refused | Failed;

/** How a loaded model works on one job. It emits, in order; it stops early when `signal` is aborted. */
export type JobRunner<T extends Task> = (
  job: TaskTypes[T]["job"],
  signal: AbortSignal,
  emit: (event: JobEvent<T>) => void,
) => Promise<void>;

export type EngineCommand =
  | { readonly type: "run"; readonly id: number; readonly job: TaskTypes[Task]["job"] }
  | { readonly type: "cancel"; readonly id: number };

export type EngineReport =
  | { readonly type: "ready" }
  | { readonly type: "event"; readonly id: number; readonly event: JobEvent<Task> }
  | { readonly type: "end"; readonly id: number };
