import type { Principal } from "../access/principal.ts";
import type { UsageEvent } from "../billing/usage-event.ts";
import type { FileKey, FilePorts } from "../files/ports.ts";
import type { BatchId, CustomerId, FileId, KeyId, RandomBytes } from "../identifiers.ts";
import type { InferencePorts } from "../inference/ports.ts";
import type { Refusal } from "../inference/refusal.ts";
import type { InferenceRequest } from "../inference/tasks/inference-request.ts";
import type { JsonObject } from "../json.ts";
import type { Clock } from "../time.ts";
import type { Batch, BatchEndpoint, BatchProgress, BatchState } from "./batch.ts";
import type { Chunk } from "./chunk.ts";
import type { Decision, LineKey, LineResult } from "./line-result.ts";

export type BatchKey = Pick<Batch, "customer" | "id">;

/** Which batches of a customer: `oldest` and later, before `after`, newest first. */
export type BatchPage = { readonly oldest: BatchId; readonly after?: BatchId; readonly limit: number };

/** What is known of a region's batches. Reads see every write that was acknowledged. */
export interface BatchRecords {
  add(batch: Batch): Promise<void>;
  find(customer: CustomerId, id: BatchId): Promise<Batch | undefined>;
  list(customer: CustomerId, page: BatchPage): Promise<readonly Batch[]>;
  /**
   * Changes a batch in one of these states; `since` is added to what it has. `undefined`: it is in none of them, or has
   * results where some are to be chosen, and stays as it is.
   */
  change(
    batch: BatchKey,
    from: readonly BatchState[],
    change: Partial<Pick<Batch, "state" | "since" | "faults" | "size" | "results">>,
  ): Promise<Batch | undefined>;
}

/** The longest that deciding about a line takes: less than `LeaseTerms.storeMsMax`, as its event must be stored in time. */
export const decideMsMax = 11_000;

/** What is decided about the lines of batches. Every write is all or nothing, and sees every other. */
export interface BatchDecisions {
  ofChunk(batch: BatchId, chunk: number): Promise<ChunkState>;
  /**
   * Decides about a line unless somebody has; with an `event`, that of its answer, both are stored or neither. Yields what
   * is on record then.
   */
  decide(line: LineKey, decision: Decision, event?: UsageEvent): Promise<Decided>;
  /** Adds a chunk's progress to its batch, once, and yields the batch. */
  close(batch: BatchKey, chunk: number, progress: BatchProgress): Promise<Batch>;
}

export type ChunkState = {
  readonly isClosed: boolean;
  /** By line. */
  readonly decisions: ReadonlyMap<number, Decision>;
};

/** `decision` absent: the line is still open, as its `event` was on record already, for a request that is taken for dead. */
export type Decided = { readonly decision?: Decision; readonly event?: UsageEvent };

export const resultKinds = ["output", "error"] as const;
export type ResultKind = (typeof resultKinds)[number];

/** The bytes of batches. What is written twice is written the same. */
export interface BatchContents {
  /** A file's bytes, or those of a part of it, as they arrive; `undefined`: it was deleted. */
  read(file: FileKey, part?: Pick<Chunk, "offset" | "bytes">): Promise<AsyncIterable<Uint8Array> | undefined>;
  writeResult(batch: BatchKey, attempt: string, text: string): Promise<void>;
  readResult(batch: BatchKey, attempt: string): Promise<string>;
  /** Those that a chunk was made of. */
  discardResults(batch: BatchKey, attempts: readonly string[]): Promise<void>;
  writePart(batch: BatchKey, kind: ResultKind, chunk: number, text: string): Promise<void>;
  /** Makes a file of the parts of all chunks, in their order; `bytes`: of all of them. */
  joinParts(batch: BatchKey, kind: ResultKind, chunks: number, file: FileId, bytes: number): Promise<void>;
  discardParts(batch: BatchKey, kind: ResultKind, chunks: number): Promise<void>;
}

/** What is to be done for a batch: one message each, delivered at least once. */
export type BatchTask =
  | ({ readonly kind: "plan" } & { readonly customer: CustomerId; readonly batch: BatchId })
  | ({ readonly kind: "run" } & {
      readonly customer: CustomerId;
      readonly batch: BatchId;
      readonly chunk: Chunk;
    });

export interface BatchQueue {
  send(tasks: readonly BatchTask[], delaySeconds?: number): Promise<void>;
}

export type BatchPorts = {
  readonly batches: BatchRecords;
  readonly queue: BatchQueue;
  readonly files: FilePorts;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
};

/** What running lines takes besides. */
export type RunPorts = BatchPorts & {
  readonly decisions: BatchDecisions;
  readonly contents: BatchContents;
  /** Of requests that are answered at once: `run-line.ts` makes its own of them. */
  readonly inference: InferencePorts;
  /** Who a key is, if it may still be used. */
  readonly callers: {
    find(
      key: KeyId,
    ): Promise<
      { readonly ok: true; readonly principal: Principal } | { readonly ok: false; readonly refusal: Refusal }
    >;
  };
  /** Reads the body of a request that came by `endpoint`. */
  readonly readRequest: (
    endpoint: BatchEndpoint,
    body: JsonObject,
  ) => Promise<
    | { readonly ok: true; readonly request: InferenceRequest }
    | { readonly ok: false; readonly refusal: Refusal }
  >;
  /** A line of the result files, with its end. */
  readonly showResult: (line: LineKey, customId: string, result: LineResult) => string;
  readonly pause: (durationMs: number) => Promise<void>;
};
