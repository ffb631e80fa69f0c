import { assert } from "../assert.ts";
import {
  type ArchiveCodec,
  ArchiveConflict,
  type ArchiveObject,
  type ArchiveRecord,
  type ArchiveShard,
  type ArchiveStore,
  archiveFolder,
  archiveName,
} from "./archive.ts";
import { readArchiveObject, writeArchiveObject, writeRecord } from "./archive-format.ts";

/** The newest object of a shard: what the next one is chained to. */
type Head<Event> = {
  readonly name: string;
  readonly hash: string;
  readonly object: ArchiveObject<Event>;
};

/**
 * Appends records of a shard, given in their order, to its chain: one object per call. Records that are archived already
 * are left out, after a look that they are the same; so deliveries may repeat and be cut differently. An object's name is
 * that of the first record that is not archived, so of two consumers that append at once one is refused, and looks again.
 * Throws `ArchiveConflict` where the archive holds something else than the stream, and overwrites nothing.
 */
export const archiveAppender = <Event>(store: ArchiveStore, codec: ArchiveCodec<Event>) => {
  // Spares listing a shard from its beginning; what others have written since is listed all the same.
  const newestByFolder = new Map<string, string>();

  const findHead = async (folder: string): Promise<Head<Event> | undefined> => {
    let name = newestByFolder.get(folder);
    for await (const newer of store.list(folder, name)) name = newer.name;
    if (name === undefined) return undefined;
    newestByFolder.set(folder, name);
    const bytes = await store.read(name);
    return { name, hash: codec.sha256(bytes), object: readArchiveObject(codec, name, bytes) };
  };

  return async (shard: ArchiveShard, records: readonly ArchiveRecord<Event>[]): Promise<void> => {
    let refused: string | undefined;
    for (;;) {
      const head = await findHead(archiveFolder(codec.kind, shard));
      if (head) requireSame(head, records);
      const fresh = records.filter(({ sequence }) => !head || sequence > head.object.last);
      const [first] = fresh;
      const last = fresh.at(-1);
      if (!first || !last) return;
      const name = archiveName(codec.kind, shard, first.sequence);
      assert(name !== refused, "an object that exists is listed, and holds the record it is named after");
      const object: ArchiveObject<Event> = {
        ...shard,
        first: first.sequence,
        last: last.sequence,
        previous: head?.hash ?? null,
        records: fresh,
      };
      if ((await store.create(name, writeArchiveObject(codec, object))) === "created") return;
      refused = name;
    }
  };
};

/** Whether the newest object holds what the stream says of the records that both have. */
const requireSame = <Event>(
  { name, object }: Head<Event>,
  records: readonly ArchiveRecord<Event>[],
): void => {
  const archived = new Map(object.records.map((record) => [record.sequence, record]));
  for (const record of records) {
    if (record.sequence < object.first || record.sequence > object.last) continue;
    const kept = archived.get(record.sequence);
    if (kept === undefined)
      throw new ArchiveConflict(name, `the record ${record.sequence} is missing from it`);
    if (writeRecord(kept) !== writeRecord(record))
      throw new ArchiveConflict(name, `its record ${record.sequence} differs from the stream's`);
  }
};
