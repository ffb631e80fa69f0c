import { Duration } from "aws-cdk-lib";
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import {
  cellPrefix,
  closedAttribute,
  tableKeys,
  usageEventPrefix,
  walletPrefix,
} from "../../functions/contract.ts";
import type { FareboxFunction } from "./farebox-function.ts";

/** New usage events, and neither changes of them nor what else is in their table, such as records of progress. */
export const newUsageEvents = FilterCriteria.filter({
  eventName: FilterRule.isEqual("INSERT"),
  dynamodb: { Keys: { [tableKeys.sort]: { S: FilterRule.beginsWith(usageEventPrefix) } } },
});

/** Writes that closed leases in a region's cells of wallets. The table's stream has all else of all regions besides. */
export const closingsIn = (region: string) =>
  FilterCriteria.filter({
    eventName: FilterRule.isEqual("MODIFY"),
    dynamodb: {
      Keys: {
        [tableKeys.partition]: { S: FilterRule.beginsWith(walletPrefix) },
        [tableKeys.sort]: { S: FilterRule.beginsWith(`${cellPrefix}${region}#`) },
      },
      NewImage: { [closedAttribute]: { S: FilterRule.exists() } },
    },
  });

type EvidenceStreamProps = {
  readonly streamArn: string;
  readonly filter: ReturnType<typeof FilterCriteria.filter>;
  /** May read the stream. */
  readonly to: FareboxFunction;
};

/** Hands a table's stream to a function that makes evidence of it: every record at least once, a shard's records in their order. */
export const evidenceStream = (
  scope: Construct,
  id: string,
  { streamArn, filter, to }: EvidenceStreamProps,
): void => {
  const mapping = new EventSourceMapping(scope, id, {
    target: to.lambda,
    eventSourceArn: streamArn,
    startingPosition: StartingPosition.TRIM_HORIZON,
    filters: [filter],
    // Gathering for a second makes one object of the archive, and one write per counter, of what comes in it.
    batchSize: 1000,
    maxBatchingWindow: Duration.seconds(1),
    reportBatchItemFailures: true,
    // A batch that cannot be finished, for a timeout say, is tried again in halves.
    bisectBatchOnError: true,
    // Without end: nothing is given up on while the stream has it, which is for a day. The table keeps it for good.
    retryAttempts: -1,
    // Lambda tells the shard only to mappings with a window; nothing is carried along in its state. The end of a window
    // costs a call without records, and a restart of Lambda's reader may repeat a window.
    tumblingWindow: Duration.minutes(1),
    // More than one would have batches of a shard overtake each other, and no window.
    parallelizationFactor: 1,
  });
  // Lambda checks that the role may read the stream when the mapping is created.
  mapping.node.addDependency(to);
};
