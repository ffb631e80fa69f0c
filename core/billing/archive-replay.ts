import type { EpochMs } from "../time.ts";
import {
  type ArchiveCodec,
  ArchiveConflict,
  type ArchiveEntry,
  type ArchiveObject,
  type ArchiveRecord,
  type ArchiveStore,
  archiveRoot,
} from "./archive.ts";
import { readArchiveObject } from "./archive-format.ts";

/** A record and the object that it is in; or the first object of a shard that breaks its chain, and how. */
export type Replayed<Event> =
  | { readonly kind: "record"; readonly object: string; readonly record: ArchiveRecord<Event> }
  | { readonly kind: "broken"; readonly object: string; readonly problem: string };

/**
 * Replays the archive in order, shard by shard, and verifies every chain on the way. After a broken object nothing more is
 * said of its shard: it would rest on what cannot be trusted. `since` leaves out what was stored before; the chain is then
 * verified from the object before the first that is read.
 * An object that was cut off the end of a chain leaves no trace here; the counters still know its events.
 */
export async function* replayArchive<Event>(
  store: ArchiveStore,
  codec: ArchiveCodec<Event>,
  since?: EpochMs,
): AsyncGenerator<Replayed<Event>> {
  let link: Link | undefined;
  let leftOut: string | undefined;
  let brokenFolder: string | undefined;
  for await (const { name, storedAt } of store.list(archiveRoot(codec.kind))) {
    const folder = folderOf(name);
    if (since !== undefined && storedAt < since) {
      leftOut = name;
      continue;
    }
    if (folder === brokenFolder) continue;
    if (link?.folder !== folder)
      link =
        leftOut !== undefined && folderOf(leftOut) === folder
          ? { folder, name: leftOut, hash: codec.sha256(await store.read(leftOut)) }
          : undefined;
    const bytes = await store.read(name);
    const opened = open(codec, name, bytes, link);
    if (typeof opened === "string") {
      brokenFolder = folder;
      yield { kind: "broken", object: name, problem: opened };
      continue;
    }
    for (const record of opened.records) yield { kind: "record", object: name, record };
    link = { folder, name, hash: codec.sha256(bytes), last: opened.last };
  }
}

const folderOf = (name: ArchiveEntry["name"]): string => name.slice(0, name.lastIndexOf("/") + 1);

/** What the next object of a shard must be chained to. `last` is not known of one that was left out. */
type Link = {
  readonly folder: string;
  readonly name: string;
  readonly hash: string;
  readonly last?: ArchiveObject<unknown>["last"];
};

/** The object, or what is wrong with it or with its place in the chain. */
const open = <Event>(
  codec: ArchiveCodec<Event>,
  name: string,
  bytes: Uint8Array,
  before: Link | undefined,
): ArchiveObject<Event> | string => {
  try {
    const object = readArchiveObject(codec, name, bytes);
    if (object.previous !== (before?.hash ?? null))
      return before
        ? `it does not follow ${before.name}: that object was changed, or one between them is missing`
        : "it is not the first of its shard, but the objects before it are missing";
    if (before?.last !== undefined && object.first <= before.last)
      return `it repeats records of ${before.name}`;
    return object;
  } catch (error) {
    if (error instanceof ArchiveConflict) return error.message.slice(`${name}: `.length);
    throw error;
  }
};
