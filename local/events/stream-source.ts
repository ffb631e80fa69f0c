/** A change of an item, as DynamoDB Streams writes it. */
export type StreamRecord = {
  readonly eventID: string;
  readonly eventName: "INSERT" | "MODIFY" | "REMOVE";
  readonly awsRegion: string;
  readonly dynamodb: {
    /** Seconds since 1970. */
    readonly ApproximateCreationDateTime: number;
    readonly Keys: Readonly<Record<string, unknown>>;
    readonly SequenceNumber: string;
    readonly NewImage?: Readonly<Record<string, unknown>>;
    readonly OldImage?: Readonly<Record<string, unknown>>;
    readonly SizeBytes?: number;
    readonly StreamViewType?: string;
  };
  /** Set on records that time to live wrote. */
  readonly userIdentity?: Readonly<Record<string, unknown>>;
};

export type Shard = { readonly shardId: string; readonly parentShardId?: string };

/** Where in a shard to begin. */
export type ShardPosition =
  | { readonly type: "TRIM_HORIZON" }
  | { readonly type: "LATEST" }
  | { readonly type: "AFTER_SEQUENCE_NUMBER"; readonly sequenceNumber: string };

/** The three calls of DynamoDB Streams that an event source mapping makes. */
export interface StreamSource {
  describeStream(streamArn: string): Promise<{ readonly shards: readonly Shard[] }>;
  getShardIterator(streamArn: string, shardId: string, position: ShardPosition): Promise<string>;
  /** No next iterator: the shard is closed and read to its end. */
  getRecords(
    streamArn: string,
    iterator: string,
    recordsMax: number,
  ): Promise<{ readonly records: readonly StreamRecord[]; readonly nextIterator?: string }>;
}
