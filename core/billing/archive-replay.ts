import {
  type ArchiveCodec,
  ArchiveConflict,
  type ArchiveObject,
  type ArchiveRecord,
  type ArchiveStore,
  archiveFolder,
  archiveRoot,
} from "./archive.ts";
import { readArchiveObject } from "./archive-format.ts";

/** A record and the object that it is in; or the first object of a shard that breaks its chain, and how. */
export type Replayed =
  | { readonly kind: "record"; readonly object: string; readonly record: ArchiveRecord }
  | { readonly kind: "broken"; readonly object: string; readonly problem: string };

/**
 * Replays the archive in order, shard by shard, and verifies every chain on the way. After a broken object nothing more is
 * said of its shard: it would rest on what cannot be trusted. `region` narrows it to the streams of one region.
 * An object that was cut off the end of a chain leaves no trace here; the counters still know its events.
 */
export async function* replayArchive(
  store: ArchiveStore,
  codec: ArchiveCodec,
  region?: string,
): AsyncGenerator<Replayed> {
  let link: Link | undefined;
  let brokenFolder: string | undefined;
  for await (const name of store.list(region === undefined ? archiveRoot : `${archiveRoot}${region}/`)) {
    const folder = name.slice(0, name.lastIndexOf("/") + 1);
    if (folder === brokenFolder) continue;
    const before: Link | undefined = link?.folder === folder ? link : undefined;
    const bytes = await store.read(name);
    const opened = open(codec, name, bytes, before);
    if (typeof opened === "string") {
      brokenFolder = folder;
      yield { kind: "broken", object: name, problem: opened };
      continue;
    }
    for (const record of opened.records) yield { kind: "record", object: name, record };
    link = { folder: archiveFolder(opened), name, hash: codec.sha256(bytes), last: opened.last };
  }
}

/** What the next object of a shard must be chained to. */
type Link = {
  readonly folder: string;
  readonly name: string;
  readonly hash: string;
  readonly last: ArchiveObject["last"];
};

/** The object, or what is wrong with it or with its place in the chain. */
const open = (
  codec: ArchiveCodec,
  name: string,
  bytes: Uint8Array,
  before: Link | undefined,
): ArchiveObject | string => {
  try {
    const object = readArchiveObject(codec, name, bytes);
    if (object.previous !== (before?.hash ?? null))
      return before
        ? `it does not follow ${before.name}: that object was changed, or one between them is missing`
        : "it is not the first of its shard, but the objects before it are missing";
    if (before && object.first <= before.last) return `it repeats records of ${before.name}`;
    return object;
  } catch (error) {
    if (error instanceof ArchiveConflict) return error.message.slice(`${name}: `.length);
    throw error;
  }
};
