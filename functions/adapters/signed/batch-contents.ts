import type { BatchContents, BatchKey, ResultKind } from "../../../core/batches/ports.ts";
import { inLanes } from "../../../core/batches/in-lanes.ts";
import { type SignedBucket, s3Failure } from "./bucket.ts";

/** Removals at once. */
const removalsAtOnce = 16;

/** In the bucket of files: a folder per batch in its customer's, until its results are files themselves. */
export const batchContents = (bucket: SignedBucket): BatchContents => {
  const folderOf = ({ customer, id }: BatchKey): string => `${customer}/${id}`;
  const partOf = (batch: BatchKey, kind: ResultKind, chunk: number): string =>
    `${folderOf(batch)}/${kind}-${chunk}`;
  const chunkNumbers = (chunks: number): readonly number[] => [...Array(chunks).keys()];

  const write = async (name: string, text: string): Promise<void> => {
    const answer = await bucket.send("PUT", name, { body: Buffer.from(text) });
    if (!answer.ok) throw s3Failure("PUT", answer);
  };
  const read = async (name: string): Promise<Uint8Array> => {
    const answer = await bucket.send("GET", name);
    if (!answer.ok) throw s3Failure("GET", answer);
    return new Uint8Array(await answer.arrayBuffer());
  };
  const remove = async (name: string): Promise<void> => {
    const answer = await bucket.send("DELETE", name);
    if (!answer.ok) throw s3Failure("DELETE", answer);
  };
  async function* partsOf(batch: BatchKey, kind: ResultKind, chunks: number): AsyncGenerator<Uint8Array> {
    for (const chunk of chunkNumbers(chunks)) yield read(partOf(batch, kind, chunk));
  }

  return {
    async read({ customer, id }, part) {
      const name = `${customer}/${id}`;
      if (!part) return bucket.stream(name);
      const range = `bytes=${part.offset}-${part.offset + part.bytes - 1}`;
      const answer = await bucket.send("GET", name, { headers: { range } });
      if (answer.status === 404) return undefined;
      if (answer.status !== 206) throw s3Failure("GET", answer);
      const bytes = new Uint8Array(await answer.arrayBuffer());
      return (async function* () {
        yield bytes;
      })();
    },
    writeResult: (batch, attempt, text) => write(`${folderOf(batch)}/${attempt}`, text),
    readResult: async (batch, attempt) =>
      new TextDecoder().decode(await read(`${folderOf(batch)}/${attempt}`)),
    async discardResults(batch, attempts) {
      await inLanes(removalsAtOnce, attempts, (attempt) => remove(`${folderOf(batch)}/${attempt}`));
    },
    writePart: (batch, kind, chunk, text) => write(partOf(batch, kind, chunk), text),
    joinParts: (batch, kind, chunks, file, bytes) =>
      bucket.putStream(`${batch.customer}/${file}`, partsOf(batch, kind, chunks), bytes),
    async discardParts(batch, kind, chunks) {
      await inLanes(removalsAtOnce, chunkNumbers(chunks), (chunk) => remove(partOf(batch, kind, chunk)));
    },
  };
};
