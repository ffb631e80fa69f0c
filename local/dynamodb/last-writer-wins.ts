import { canonicalJson, isObject, objectAt, type JsonObject } from "../json-value.ts";
import type { DynamoDb, WriteNotice } from "./dynamodb.ts";
import type { TableDefinition } from "./table-definition.ts";

/** What is known of one item: its winning write, and the copies made of it that will come back as stream records. */
type ItemState = {
  writtenAtMs: number;
  origin: string;
  /** Undefined: the winning write was a deletion. */
  image: JsonObject | undefined;
  /** Images, as text, by the region they were copied to. */
  readonly echoes: Map<string, readonly string[]>;
};

const itemId = (tableName: string, key: JsonObject): string => `${tableName}/${canonicalJson(key)}`;

/** Decides, write by write, what every region holds: of the writes to one item, the last one. */
export class LastWriterWins {
  readonly #send: DynamoDb["send"];
  readonly #items = new Map<string, ItemState>();
  readonly #writtenAtMs = new Map<string, number>();
  #lastWriteMs = 0;
  /** Changes are applied one after the other: two regions' records of one item must not interleave. */
  #applying: Promise<void> = Promise.resolve();

  constructor(send: DynamoDb["send"]) {
    this.#send = send;
  }

  /** A caller is about to write. Its moment counts, for stream records carry whole seconds. */
  note({ region, tableName, key }: WriteNotice): void {
    // Never twice the same moment, so that of two writes one is always the later.
    this.#lastWriteMs = Math.max(Date.now(), this.#lastWriteMs + 0.001);
    this.#writtenAtMs.set(`${region}/${itemId(tableName, key)}`, this.#lastWriteMs);
  }

  /** Applies one record of a region's stream to the other regions, or gives this region the winner back. */
  apply(table: TableDefinition, record: JsonObject): Promise<void> {
    this.#applying = this.#applying.then(() => this.#applyNow(table, record));
    return this.#applying;
  }

  async #applyNow(table: TableDefinition, record: JsonObject): Promise<void> {
    const change = objectAt(record["dynamodb"], "a stream record");
    const key = objectAt(change["Keys"], "a stream record");
    const image = isObject(change["NewImage"]) ? change["NewImage"] : undefined;
    const id = itemId(table.name, key);
    const state = this.#items.get(id) ?? { writtenAtMs: 0, origin: "", image: undefined, echoes: new Map() };
    this.#items.set(id, state);
    if (takeEcho(state, table.region, image)) return;

    const writtenAtMs = this.#writtenAtMs.get(`${table.region}/${id}`) ?? Date.now();
    // A region's own records come in order: the next one of the winner's region is always news.
    if (table.region !== state.origin && writtenAtMs <= state.writtenAtMs) {
      await this.#copy(table, table.region, key, state);
      return;
    }
    Object.assign(state, { writtenAtMs, origin: table.region, image });
    for (const region of table.replicaRegions)
      if (region !== table.region) await this.#copy(table, region, key, state);
    // A copy that was on its way here may have covered this write.
    if ((state.echoes.get(table.region) ?? []).length > 0) await this.#copy(table, table.region, key, state);
  }

  async #copy(table: TableDefinition, region: string, key: JsonObject, state: ItemState): Promise<void> {
    const target = { TableName: table.name, Key: key };
    const current = await this.#send(region, "DynamoDB_20120810.GetItem", {
      ...target,
      ConsistentRead: true,
    });
    if (canonicalJson(current["Item"]) === canonicalJson(state.image)) return;
    state.echoes.set(region, [...(state.echoes.get(region) ?? []), canonicalJson(state.image)]);
    if (state.image === undefined) await this.#send(region, "DynamoDB_20120810.DeleteItem", target);
    else await this.#send(region, "DynamoDB_20120810.PutItem", { TableName: table.name, Item: state.image });
  }
}

const takeEcho = (state: ItemState, region: string, image: JsonObject | undefined): boolean => {
  const echoes = state.echoes.get(region) ?? [];
  const index = echoes.indexOf(canonicalJson(image));
  if (index === -1) return false;
  state.echoes.set(region, echoes.toSpliced(index, 1));
  return true;
};
