import { type JsonObject, isJsonObject } from "../json.ts";
import {
  type ArchiveCodec,
  ArchiveConflict,
  type ArchiveKind,
  type ArchiveObject,
  type ArchiveRecord,
  archiveName,
} from "./archive.ts";
import { type SequenceNumber, parseSequenceNumber } from "./counters-sequence.ts";

const formatOf = (kind: ArchiveKind): string => `farebox-${kind}-archive/1`;

/**
 * An object as gzipped lines of JSON: one that says what it is, then one per record. Amounts are
 * `{"picodollars":"<digits>"}`, so that no reader takes them through a float. The same object is always the same bytes.
 */
export const writeArchiveObject = <Event>(
  codec: ArchiveCodec<Event>,
  object: ArchiveObject<Event>,
): Uint8Array => {
  const { records, ...rest } = object;
  const header = JSON.stringify({ format: formatOf(codec.kind), ...rest, count: records.length });
  const lines = [header, ...records.map((record) => writeRecord(record))];
  return codec.gzip(new TextEncoder().encode(`${lines.join("\n")}\n`));
};

/** One record's line: two records are the same if and only if their lines are. */
export const writeRecord = <Event>(record: ArchiveRecord<Event>): string =>
  JSON.stringify(record, (_name, value: unknown) =>
    typeof value === "bigint" ? { picodollars: value.toString() } : value,
  );

/** Reads an object and checks all that it says of itself; throws `ArchiveConflict` naming it and what is wrong. */
export const readArchiveObject = <Event>(
  codec: ArchiveCodec<Event>,
  name: string,
  bytes: Uint8Array,
): ArchiveObject<Event> => {
  const [headerLine = "", ...lines] = unpack(codec, name, bytes).split("\n").slice(0, -1);
  const header = readJson(name, headerLine);
  const { region, shard, previous, count } = header;
  const first = sequenceIn(name, header["first"]);
  const last = sequenceIn(name, header["last"]);
  if (header["format"] !== formatOf(codec.kind) || typeof region !== "string" || typeof shard !== "string")
    throw new ArchiveConflict(name, "its first line is not that of an archive object");
  if (previous !== null && (typeof previous !== "string" || !/^[0-9a-f]{64}$/.test(previous)))
    throw new ArchiveConflict(name, "it does not say which object came before it");
  if (archiveName(codec.kind, { region, shard }, first) !== name)
    throw new ArchiveConflict(name, "it is stored under another name than the one it was written for");
  const records = lines.map((line) => readRecord(codec, name, line));
  if (records.length !== count) throw new ArchiveConflict(name, "it has not as many records as it says");
  if (records[0]?.sequence !== first || records.at(-1)?.sequence !== last || !areInOrder(records))
    throw new ArchiveConflict(name, "its records are not those it says, in their order");
  return { region, shard, first, last, previous, records };
};

const unpack = (codec: Pick<ArchiveCodec<unknown>, "gunzip">, name: string, bytes: Uint8Array): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(codec.gunzip(bytes));
  } catch {
    throw new ArchiveConflict(name, "its bytes are damaged");
  }
};

const readJson = (name: string, line: string): JsonObject => {
  try {
    const value: unknown = JSON.parse(line, (_name, member: unknown) =>
      isAmount(member) ? BigInt(member.picodollars) : member,
    );
    if (isJsonObject(value)) return value;
  } catch {
    // Said below: what a parser says of damaged lines would quote them.
  }
  throw new ArchiveConflict(name, "a line of it is not a JSON object");
};

const isAmount = (value: unknown): value is { readonly picodollars: string } =>
  isJsonObject(value) && typeof value["picodollars"] === "string" && /^-?\d+$/.test(value["picodollars"]);

const readRecord = <Event>(
  codec: Pick<ArchiveCodec<Event>, "readEvent">,
  name: string,
  line: string,
): ArchiveRecord<Event> => {
  const { sequence: text, event, unreadable } = readJson(name, line);
  const sequence = sequenceIn(name, text);
  if (isJsonObject(unreadable)) return { sequence, unreadable };
  try {
    return { sequence, event: codec.readEvent(event) };
  } catch {
    throw new ArchiveConflict(name, `its record ${sequence} cannot be read`);
  }
};

const sequenceIn = (name: string, value: unknown): SequenceNumber => {
  const sequence = typeof value === "string" ? parseSequenceNumber(value) : undefined;
  if (sequence === undefined) throw new ArchiveConflict(name, "a sequence number of it is none");
  return sequence;
};

const areInOrder = (records: readonly ArchiveRecord<unknown>[]): boolean =>
  records.every(({ sequence }, index) => {
    const next = records[index + 1];
    return next === undefined || sequence < next.sequence;
  });
