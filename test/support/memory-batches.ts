import type { UsageEvent } from "../../core/billing/usage-event.ts";
import { type Batch, type BatchProgress, progressCounts } from "../../core/batches/batch.ts";
import type { Decision, LineKey } from "../../core/batches/line-result.ts";
import type {
  BatchContents,
  BatchDecisions,
  BatchKey,
  BatchRecords,
  ResultKind,
} from "../../core/batches/ports.ts";
import type { FileKey } from "../../core/files/ports.ts";
import type { CustomerId } from "../../core/identifiers.ts";
import { present } from "./present.ts";

type Usage = { put(event: UsageEvent): Promise<UsageEvent>; events(): readonly UsageEvent[] };

const keyOf = ({ customer, id }: BatchKey | FileKey): string => `${customer}/${id}`;

/** Batches, and what is decided about their lines, in memory. `usage`: where the events of answers are. */
export const memoryBatches = (
  usage: Usage,
): { readonly records: BatchRecords; readonly decisions: BatchDecisions } => {
  const batches = new Map<string, Batch>();
  const decisions = new Map<string, Map<number, Decision>>();
  const closed = new Set<string>();
  const chunkOf = (batch: string, chunk: number): string => `${batch}#${chunk}`;
  const linesOf = ({ batch, chunk }: Pick<LineKey, "batch" | "chunk">): Map<number, Decision> => {
    const name = chunkOf(batch, chunk);
    const known = decisions.get(name) ?? new Map<number, Decision>();
    decisions.set(name, known);
    return known;
  };
  return {
    records: {
      async add(batch) {
        batches.set(keyOf(batch), batch);
      },
      async find(customer, id) {
        return batches.get(keyOf({ customer, id }));
      },
      async list(customer: CustomerId, { oldest, after, limit }) {
        return [...batches.values()]
          .filter((batch) => batch.customer === customer && batch.id >= oldest)
          .filter(({ id }) => after === undefined || id < after)
          .toSorted((one, other) => (one.id < other.id ? 1 : -1))
          .slice(0, limit);
      },
      async change(key, from, change) {
        const batch = batches.get(keyOf(key));
        if (!batch || !from.includes(batch.state) || (change.results && batch.results)) return undefined;
        const changed = { ...batch, ...change, since: { ...batch.since, ...change.since } };
        batches.set(keyOf(key), changed);
        return changed;
      },
    },
    decisions: {
      async ofChunk(batch, chunk) {
        return {
          isClosed: closed.has(chunkOf(batch, chunk)),
          decisions: new Map(linesOf({ batch, chunk })),
        };
      },
      async decide(line, decision, event) {
        const lines = linesOf(line);
        const recorded = event && usage.events().find(({ request }) => request === event.request);
        const decided = lines.get(line.line);
        if (decided) return { decision: decided, ...(recorded && { event: recorded }) };
        if (recorded) return { event: recorded };
        lines.set(line.line, decision);
        return { decision, ...(event && { event: await usage.put(event) }) };
      },
      async close(key, chunk, progress) {
        const batch = present(batches.get(keyOf(key)));
        const name = chunkOf(batch.id, chunk);
        if (closed.has(name)) return batch;
        closed.add(name);
        const added = { ...batch, progress: addProgress(batch.progress, progress) };
        batches.set(keyOf(key), added);
        return added;
      },
    },
  };
};

const addProgress = (one: BatchProgress, other: BatchProgress): BatchProgress => {
  const sum = { ...one };
  for (const count of progressCounts) sum[count] += other[count];
  return sum;
};

/** The bytes of batches and files in memory, in pieces that cut lines and characters. */
export const memoryBatchContents = (pieceBytes = 7) => {
  const objects = new Map<string, string>();
  const partOf = (batch: BatchKey, kind: ResultKind, chunk: number): string =>
    `${keyOf(batch)}/${kind}/${chunk}`;
  const resultOf = (batch: BatchKey, attempt: string): string => `${keyOf(batch)}/${attempt}`;
  async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    for (let start = 0; start < bytes.length; start += pieceBytes)
      yield bytes.subarray(start, start + pieceBytes);
  }
  const contents: BatchContents = {
    async read(file, part) {
      const text = objects.get(keyOf(file));
      if (text === undefined) return undefined;
      const bytes = new TextEncoder().encode(text);
      return pieces(part ? bytes.subarray(part.offset, part.offset + part.bytes) : bytes);
    },
    async writeResult(batch, attempt, text) {
      objects.set(resultOf(batch, attempt), text);
    },
    async readResult(batch, attempt) {
      return present(objects.get(resultOf(batch, attempt)), "a result");
    },
    async discardResults(batch, attempts) {
      for (const attempt of attempts) objects.delete(resultOf(batch, attempt));
    },
    async writePart(batch, kind, chunk, text) {
      objects.set(partOf(batch, kind, chunk), text);
    },
    async joinParts(batch, kind, chunks, file, bytes) {
      const parts = Array.from({ length: chunks }, (_, chunk) =>
        present(objects.get(partOf(batch, kind, chunk)), "a part"),
      );
      const joined = parts.join("");
      if (Buffer.byteLength(joined) !== bytes) throw new Error("the parts are not what was counted");
      objects.set(keyOf({ customer: batch.customer, id: file }), joined);
    },
    async discardParts(batch, kind, chunks) {
      for (let chunk = 0; chunk < chunks; chunk++) objects.delete(partOf(batch, kind, chunk));
    },
  };
  return { contents, objects, write: (file: FileKey, text: string) => void objects.set(keyOf(file), text) };
};
