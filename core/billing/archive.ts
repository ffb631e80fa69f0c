import type { JsonObject } from "../json.ts";
import type { EpochMs } from "../time.ts";
import type { SequenceNumber, StreamedEvent } from "./counters-sequence.ts";

/** What is kept as evidence: usage events, and the closings of leases in the cells of wallets. */
export type ArchiveKind = "usage" | "closings";

/** A record of a stream as evidence: the event, or, where it could not be read as one, what the stream carried. */
export type ArchiveRecord<Event> = StreamedEvent<
  { readonly event: Event } | { readonly unreadable: JsonObject }
>;

/** A shard of a region's stream. */
export type ArchiveShard = { readonly region: string; readonly shard: string };

/**
 * An object of the archive, unpacked. `previous` is the SHA-256 (hex) of the object before it in its shard as it is stored,
 * `null` for the first: nobody can change, remove or insert an object without every later one saying so.
 */
export type ArchiveObject<Event> = ArchiveShard & {
  readonly first: SequenceNumber;
  readonly last: SequenceNumber;
  readonly previous: string | null;
  readonly records: readonly ArchiveRecord<Event>[];
};

/** An object in the archive, and when it was put there: never before what it records happened. */
export type ArchiveEntry = { readonly name: string; readonly storedAt: EpochMs };

/** Where the archive lies: objects that are written once and can be neither changed nor removed. */
export interface ArchiveStore {
  /** Stores an object unless there is one of that name; an existing one is left alone, whatever is in it. */
  create(name: string, bytes: Uint8Array): Promise<"created" | "exists">;
  read(name: string): Promise<Uint8Array>;
  /** Those whose names begin with `prefix` and sort after `after`, in the order of their names. */
  list(prefix: string, after?: string): AsyncIterable<ArchiveEntry>;
}

/** What the archive needs of the shell. Given the same input, each gives the same output, on any machine. */
export type ArchiveCodec<Event> = {
  readonly kind: ArchiveKind;
  gzip(bytes: Uint8Array): Uint8Array;
  /** Throws on bytes that are not gzip. */
  gunzip(bytes: Uint8Array): Uint8Array;
  /** Lower-case hex. */
  sha256(bytes: Uint8Array): string;
  /** Reads an event as the archive writes it; throws on anything else. */
  readEvent(value: unknown): Event;
};

export const archiveRoot = (kind: ArchiveKind): string => `${kind}/`;

export const archiveFolder = (kind: ArchiveKind, { region, shard }: ArchiveShard): string =>
  `${archiveRoot(kind)}${region}/${shard}/`;

/** Sorts within its shard as its records do. */
export const archiveName = (kind: ArchiveKind, shard: ArchiveShard, first: SequenceNumber): string =>
  `${archiveFolder(kind, shard)}${first}.jsonl.gz`;

/** Evidence and stream disagree, or the evidence was tampered with. Nothing is overwritten: a person must look. */
export class ArchiveConflict extends Error {
  readonly object: string;

  constructor(object: string, problem: string) {
    super(`${object}: ${problem}`);
    this.name = "ArchiveConflict";
    this.object = object;
  }
}
