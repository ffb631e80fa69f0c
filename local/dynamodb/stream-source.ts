import type { StreamRecord, StreamSource } from "../events/stream-source.ts";
import { listAt, numberAt, objectAt, textAt, type JsonObject } from "../json-value.ts";
import type { DynamoDb } from "./dynamodb.ts";

const regionOf = (streamArn: string): string => streamArn.split(":")[3] ?? "";

const operation = (name: string): string => `DynamoDBStreams_20120810.${name}`;

const optionalObject = (holder: JsonObject, name: string): { readonly [key: string]: JsonObject } =>
  holder[name] === undefined ? {} : { [name]: objectAt(holder[name], name) };

const readRecord = (value: unknown): StreamRecord => {
  const record = objectAt(value, "a stream record");
  const change = objectAt(record["dynamodb"], "a stream record");
  const eventName = record["eventName"];
  if (eventName !== "INSERT" && eventName !== "MODIFY" && eventName !== "REMOVE")
    throw new Error(`a stream record has no event ${String(eventName)}`);
  return {
    eventID: textAt(record["eventID"], "eventID"),
    eventName,
    awsRegion: textAt(record["awsRegion"], "awsRegion"),
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(
        numberAt(change["ApproximateCreationDateTime"], "a stream record"),
      ),
      Keys: objectAt(change["Keys"], "Keys"),
      SequenceNumber: textAt(change["SequenceNumber"], "SequenceNumber"),
      SizeBytes: numberAt(change["SizeBytes"] ?? 0, "SizeBytes"),
      StreamViewType: textAt(change["StreamViewType"], "StreamViewType"),
      ...optionalObject(change, "NewImage"),
      ...optionalObject(change, "OldImage"),
    },
    ...optionalObject(record, "userIdentity"),
  };
};

/** DynamoDB's streams as event source mappings read them: as Lambda itself, whose access is checked when a mapping starts. */
export const createStreamSource = (dynamodb: DynamoDb): StreamSource => ({
  describeStream: async (streamArn) => {
    const answer = await dynamodb.send(regionOf(streamArn), operation("DescribeStream"), {
      StreamArn: streamArn,
    });
    const shards = listAt(objectAt(answer["StreamDescription"], "DescribeStream")["Shards"], "Shards");
    return {
      shards: shards.map((value) => {
        const { ShardId, ParentShardId } = objectAt(value, "Shards");
        const shardId = textAt(ShardId, "ShardId");
        return typeof ParentShardId === "string" ? { shardId, parentShardId: ParentShardId } : { shardId };
      }),
    };
  },
  getShardIterator: async (streamArn, shardId, position) => {
    const answer = await dynamodb.send(regionOf(streamArn), operation("GetShardIterator"), {
      StreamArn: streamArn,
      ShardId: shardId,
      ShardIteratorType: position.type,
      ...(position.type === "AFTER_SEQUENCE_NUMBER" ? { SequenceNumber: position.sequenceNumber } : {}),
    });
    return textAt(answer["ShardIterator"], "GetShardIterator");
  },
  getRecords: async (streamArn, iterator, recordsMax) => {
    const answer = await dynamodb.send(regionOf(streamArn), operation("GetRecords"), {
      ShardIterator: iterator,
      Limit: recordsMax,
    });
    const records = listAt(answer["Records"], "GetRecords").map(readRecord);
    const next = answer["NextShardIterator"];
    return typeof next === "string" ? { records, nextIterator: next } : { records };
  },
});
