import type { StreamRecord, StreamSource } from "../../../local/events/stream-source.ts";

export type FakeStream = StreamSource & {
  /** Adds a record of an item; sequence numbers count from 1 over all shards. */
  put(pk: string, changes?: { eventName?: StreamRecord["eventName"]; shard?: string; atMs?: number }): void;
  /** Closes a shard and opens its child. */
  split(shard: string, child: string): void;
  /** The next getRecords call fails with this error. */
  failOnce(error: Error): void;
};

export function fakeStream(): FakeStream {
  const shards = new Map<string, { records: StreamRecord[]; closed: boolean; parent?: string }>();
  shards.set("shard-1", { records: [], closed: false });
  let sequence = 0;
  let failure: Error | undefined;
  const shardOf = (id: string): { records: StreamRecord[]; closed: boolean } => {
    const shard = shards.get(id);
    if (shard === undefined) throw new Error(`no shard ${id}`);
    return shard;
  };
  return {
    put(pk, { eventName = "INSERT", shard = "shard-1", atMs = Date.UTC(2026, 10, 23, 12) } = {}) {
      sequence += 1;
      shardOf(shard).records.push({
        eventID: `event-${sequence}`,
        eventName,
        awsRegion: "eu-west-1",
        dynamodb: {
          ApproximateCreationDateTime: atMs / 1000,
          Keys: { pk: { S: pk } },
          SequenceNumber: String(sequence),
        },
      });
    },
    split(shard, child) {
      shardOf(shard).closed = true;
      shards.set(child, { records: [], closed: false, parent: shard });
    },
    failOnce(error) {
      failure = error;
    },
    async describeStream() {
      const list = [...shards].map(([shardId, { parent }]) =>
        parent === undefined ? { shardId } : { shardId, parentShardId: parent },
      );
      return await Promise.resolve({ shards: list });
    },
    async getShardIterator(_arn, shardId, position) {
      const { records } = shardOf(shardId);
      const index = {
        TRIM_HORIZON: () => 0,
        LATEST: () => records.length,
        AFTER_SEQUENCE_NUMBER: () =>
          records.findIndex(
            ({ dynamodb }) =>
              position.type === "AFTER_SEQUENCE_NUMBER" &&
              dynamodb.SequenceNumber === position.sequenceNumber,
          ) + 1,
      }[position.type]();
      return await Promise.resolve(`${shardId} ${index}`);
    },
    async getRecords(_arn, iterator, recordsMax) {
      if (failure !== undefined) {
        const error = failure;
        failure = undefined;
        throw error;
      }
      const [shardId = "", from = ""] = iterator.split(" ");
      const { records, closed } = shardOf(shardId);
      const page = records.slice(Number(from), Number(from) + recordsMax);
      const at = Number(from) + page.length;
      const isRead = closed && at === records.length;
      return await Promise.resolve({
        records: page,
        ...(isRead ? {} : { nextIterator: `${shardId} ${at}` }),
      });
    },
  };
}
