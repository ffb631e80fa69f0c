import {
  type BatchId,
  type CustomerId,
  type FileId,
  type KeyId,
  batchId,
  firstUlid,
} from "../identifiers.ts";
import { type EpochMs, after, epochMs } from "../time.ts";
import type { InputFault } from "./input-fault.ts";

/** The routes that batches may call: those whose request and answer are JSON, and no larger than text is. */
export const batchEndpoints = [
  "/v1/chat/completions",
  "/v1/completions",
  "/v1/embeddings",
  "/v1/responses",
  "/v1/moderations",
  "/v1/images/classifications",
] as const;
export type BatchEndpoint = (typeof batchEndpoints)[number];

/** OpenAI's words. The last four are ends. */
export const batchStates = [
  "validating",
  "in_progress",
  "cancelling",
  "finalizing",
  "failed",
  "completed",
  "expired",
  "cancelled",
] as const;
export type BatchState = (typeof batchStates)[number];

export const openStates = ["validating", "in_progress", "cancelling", "finalizing"] as const;

export const isOpen = ({ state }: Batch): boolean => openStates.some((open) => open === state);

/** A file of requests that run when there is room, for one customer in one region. */
export type Batch = {
  readonly id: BatchId;
  readonly customer: CustomerId;
  /** Whose purses it draws on. It runs for as long as this key may call models. */
  readonly key: KeyId;
  readonly input: FileId;
  readonly endpoint: BatchEndpoint;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: EpochMs;
  readonly state: BatchState;
  /** When it came to be in each state that it was in. */
  readonly since: Readonly<Partial<Record<BatchState, EpochMs>>>;
  /** Why it failed. */
  readonly faults: readonly InputFault[];
  /** What its input comes to; absent until that was validated. */
  readonly size?: BatchSize;
  /** Of the chunks that are closed. */
  readonly progress: BatchProgress;
  /** Where its results will be: chosen once, before anything is written there. */
  readonly results?: ResultFiles;
};

export type BatchSize = { readonly lines: number; readonly chunks: number };

export const progressCounts = [
  "chunks",
  "completed",
  "failed",
  "leftOut",
  "outputBytes",
  "errorBytes",
] as const;

/** `leftOut`: lines that did not run, the batch being cancelled or out of time. The bytes are those of the results. */
export type BatchProgress = Readonly<Record<(typeof progressCounts)[number], number>>;

export const noProgress: BatchProgress = {
  chunks: 0,
  completed: 0,
  failed: 0,
  leftOut: 0,
  outputBytes: 0,
  errorBytes: 0,
};

export type ResultFiles = { readonly output: FileId; readonly error: FileId };

const hourMs = 3_600_000;

/** OpenAI's only window. What has not run by then is left out. */
export const completionHours = 24;
export const completionWindow = `${completionHours}h` as const;
const completionMs = completionHours * hourMs;

export const expiryOf = ({ createdAt }: Pick<Batch, "createdAt">): EpochMs => after(createdAt, completionMs);

export const isOutOfTime = (batch: Pick<Batch, "createdAt">, now: EpochMs): boolean => now >= expiryOf(batch);

/** As long as the files of it. */
export const batchLifeMs = 30 * 24 * hourMs;

/** No batch that is still shown has an id before this one. */
export const oldestShown = (now: EpochMs): BatchId =>
  batchId(firstUlid(epochMs(Math.max(0, now - batchLifeMs + 1))));

/** Every line has its result. */
export const hasRun = ({ size, progress }: Batch): boolean =>
  size !== undefined && progress.chunks === size.chunks;
