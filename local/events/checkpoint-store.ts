import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

/** How far each shard of one mapping has been delivered. */
export type CheckpointStore = {
  /** The last delivered sequence number. */
  read(shardId: string): string | undefined;
  /** Resolves once it survives a crash. */
  write(shardId: string, sequenceNumber: string): Promise<void>;
};

const fileSchema = z.record(z.string(), z.string());

/** @param folder created when missing; undefined keeps checkpoints in memory, as long as the stream lives there too. */
export async function openCheckpointStore(
  folder: string | undefined,
  name: string,
): Promise<CheckpointStore> {
  if (folder === undefined) return storeOver(new Map(), () => Promise.resolve());

  await mkdir(folder, { recursive: true });
  const file = join(folder, `${name}.json`);
  const checkpoints = new Map(Object.entries(await readCheckpoints(file)));
  // Shards report independently: one write after the other, each complete, or a reader finds half a file.
  let lastWrite = Promise.resolve();
  const replace = async (previous: Promise<void>, contents: string): Promise<void> => {
    await previous;
    await writeFile(`${file}.new`, contents, { flush: true });
    await rename(`${file}.new`, file);
  };
  return storeOver(checkpoints, () => {
    lastWrite = replace(lastWrite, JSON.stringify(Object.fromEntries(checkpoints)));
    return lastWrite;
  });
}

function storeOver(checkpoints: Map<string, string>, persist: () => Promise<void>): CheckpointStore {
  return {
    read: (shardId) => checkpoints.get(shardId),
    async write(shardId, sequenceNumber) {
      checkpoints.set(shardId, sequenceNumber);
      await persist();
    },
  };
}

async function readCheckpoints(file: string): Promise<Record<string, string>> {
  try {
    return fileSchema.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw new Error(`the stream checkpoints in ${file} cannot be read`, { cause: error });
  }
}
