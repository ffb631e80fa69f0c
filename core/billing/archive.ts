import type { JsonObject } from "../json.ts";
import type { SequenceNumber, StreamedEvent } from "./counters-sequence.ts";
import type { UsageEvent } from "./usage-event.ts";

/** A record of the usage stream as evidence: the event, or, where it could not be read as one, what the stream carried. */
export type ArchiveRecord = StreamedEvent<
  { readonly event: UsageEvent } | { readonly unreadable: JsonObject }
>;

/** A shard of a region's usage stream. */
export type ArchiveShard = { readonly region: string; readonly shard: string };

/**
 * An object of the archive, unpacked. `previous` is the SHA-256 (hex) of the object before it in its shard as it is stored,
 * `null` for the first: nobody can change, remove or insert an object without every later one saying so.
 */
export type ArchiveObject = ArchiveShard & {
  readonly first: SequenceNumber;
  readonly last: SequenceNumber;
  readonly previous: string | null;
  readonly records: readonly ArchiveRecord[];
};

/** Where the archive lies: objects that are written once and can be neither changed nor removed. */
export interface ArchiveStore {
  /** Stores an object unless there is one of that name; an existing one is left alone, whatever is in it. */
  create(name: string, bytes: Uint8Array): Promise<"created" | "exists">;
  read(name: string): Promise<Uint8Array>;
  /** The names that begin with `prefix` and sort after `after`, in their order. */
  list(prefix: string, after?: string): AsyncIterable<string>;
}

/** What the archive needs of the shell. Given the same input, each gives the same output, on any machine. */
export type ArchiveCodec = {
  gzip(bytes: Uint8Array): Uint8Array;
  /** Throws on bytes that are not gzip. */
  gunzip(bytes: Uint8Array): Uint8Array;
  /** Lower-case hex. */
  sha256(bytes: Uint8Array): string;
  /** Reads an event as the archive writes it; throws on anything else. */
  readEvent(value: unknown): UsageEvent;
};

export const archiveRoot = "usage/";

export const archiveFolder = ({ region, shard }: ArchiveShard): string => `${archiveRoot}${region}/${shard}/`;

/** Sorts within its shard as its records do. */
export const archiveName = (shard: ArchiveShard, first: SequenceNumber): string =>
  `${archiveFolder(shard)}${first}.jsonl.gz`;

/** Evidence and stream disagree, or the evidence was tampered with. Nothing is overwritten: a person must look. */
export class ArchiveConflict extends Error {
  readonly object: string;

  constructor(object: string, problem: string) {
    super(`${object}: ${problem}`);
    this.name = "ArchiveConflict";
    this.object = object;
  }
}
