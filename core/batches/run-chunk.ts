import type { BatchId, CustomerId } from "../identifiers.ts";
import type { EpochMs } from "../time.ts";
import { type Batch, hasRun, isOpen } from "./batch.ts";
import type { Chunk } from "./chunk.ts";
import type { DecidedLine } from "./deciding-usage-events.ts";
import { finishBatch } from "./finish-batch.ts";
import { inLanes } from "./in-lanes.ts";
import { permissions } from "./permission.ts";
import type { Decision } from "./line-result.ts";
import { type RunPorts, resultKinds } from "./ports.ts";
import { readLine } from "./read-line.ts";
import { decideWithoutAnswer, runLine } from "./run-line.ts";
import { splitLines } from "./split-lines.ts";
import { lineBytesMax } from "./survey-input.ts";

/** Lines that one runner has under way. */
const linesAtOnce = 5;
/** When a chunk is tried again whose model or money was not there. */
const laterSeconds = 60;

/**
 * Runs what is left of a chunk, closes it, and finishes its batch if it was the last. It may be killed anywhere and done
 * again, by several at once: every line is decided about once, and every chunk closed once. No line is begun after
 * `beginUntil`; what is not decided by then is left to another message.
 */
export const runChunk =
  (ports: RunPorts) =>
  async (customer: CustomerId, id: BatchId, chunk: Chunk, beginUntil: EpochMs): Promise<void> => {
    const batch = await ports.batches.find(customer, id);
    if (!batch || !isOpen(batch)) return;
    const { isClosed, decisions } = await ports.decisions.ofChunk(id, chunk.index);
    if (isClosed) return hasRun(batch) ? finishBatch(ports)(batch) : undefined;

    const lines = await runLines(ports, batch, chunk, decisions, beginUntil);
    const decided = lines.filter((line) => line !== undefined);
    if (decided.length < lines.length) {
      await ports.queue.send([{ kind: "run", customer, batch: id, chunk }], laterSeconds);
      return;
    }
    const closed = await closeChunk(ports, batch, chunk, decided);
    if (hasRun(closed)) await finishBatch(ports)(closed);
  };

/** What each line came to, those of earlier runs too; `undefined`: nothing yet. */
const runLines = async (
  ports: RunPorts,
  batch: Batch,
  chunk: Chunk,
  decisions: ReadonlyMap<number, Decision>,
  beginUntil: EpochMs,
): Promise<readonly (DecidedLine | undefined)[]> => {
  const texts = await readChunk(ports, batch, chunk);
  const permissionNow = permissions(ports, batch);
  let goesOn = true;
  const run = async (line: number): Promise<DecidedLine | undefined> => {
    const decision = decisions.get(line);
    if (decision) return { decision };
    const key = { batch: batch.id, chunk: chunk.index, line };
    // Its customer has deleted the input: nobody knows any more what the line was called.
    if (!texts) return decideWithoutAnswer(ports, batch, key, "left_out", "");
    if (!goesOn || ports.clock.now() >= beginUntil) return undefined;
    const read = readLine(texts[line] ?? "", batch.endpoint);
    if (!read.ok) throw new Error("the input of a batch was validated, and does not change");
    const decided = await runLine(ports)(batch, key, read.line, await permissionNow(), beginUntil);
    // What keeps one line waiting keeps the next ones, too.
    if (!decided) goesOn = false;
    return decided;
  };
  return inLanes(linesAtOnce, [...Array(chunk.lines).keys()], run);
};

const readChunk = async (
  { contents }: RunPorts,
  { customer, input }: Batch,
  chunk: Chunk,
): Promise<readonly string[] | undefined> => {
  const bytes = await contents.read({ customer, id: input }, chunk);
  if (!bytes) return undefined;
  const texts: string[] = [];
  for await (const line of splitLines(bytes, lineBytesMax))
    if (typeof line === "object" && line.text !== "") texts.push(line.text);
  return texts;
};

/** Puts the results of a chunk's lines together, and has them counted. */
const closeChunk = async (
  { contents, decisions }: RunPorts,
  batch: Batch,
  chunk: Chunk,
  lines: readonly DecidedLine[],
): Promise<Batch> => {
  const texts = { output: "", error: "" };
  const counts = { completed: 0, failed: 0, leftOut: 0 };
  for (const { decision, text } of lines) {
    const place = placeOf[decision.kind];
    counts[place.count] += 1;
    texts[place.file] += text ?? (await contents.readResult(batch, decision.attempt));
  }
  for (const kind of resultKinds) await contents.writePart(batch, kind, chunk.index, texts[kind]);
  const closed = await decisions.close(batch, chunk.index, {
    ...counts,
    chunks: 1,
    outputBytes: bytesOf(texts.output),
    errorBytes: bytesOf(texts.error),
  });
  await contents.discardResults(
    batch,
    lines.map(({ decision }) => decision.attempt),
  );
  return closed;
};

const placeOf = {
  answered: { count: "completed", file: "output" },
  refused: { count: "failed", file: "error" },
  left_out: { count: "leftOut", file: "error" },
} as const satisfies Record<Decision["kind"], object>;

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
