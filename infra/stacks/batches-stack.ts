import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import { Bucket } from "aws-cdk-lib/aws-s3";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { batchRunSecondsMax, environment } from "../../functions/contract.ts";
import type { Farebox } from "../config.ts";
import { addBatchAlarms } from "../constructs/batch-alarms.ts";
import { BatchQueue } from "../constructs/batch-queue.ts";
import { FareboxFunction } from "../constructs/farebox-function.ts";
import { filesBucketName } from "../files-bucket-name.ts";
import type { DataStack } from "./data-stack.ts";

type BatchesStackProps = StackProps & {
  readonly farebox: Farebox;
  readonly functionsFolder: string;
  readonly data: DataStack;
  readonly endpointArns: readonly string[];
};

/** At once, each with five lines: what batches may take of the models in a region. */
const runnersMax = 10;

/** Runs one region's batches, apart from the requests that are answered at once. */
export class BatchesStack extends Stack {
  /** Takes what is to be done for a batch. */
  readonly queue: Queue;

  constructor(
    scope: Construct,
    id: string,
    { farebox, functionsFolder, data, endpointArns, ...props }: BatchesStackProps,
  ) {
    super(scope, id, props);
    const { stage, allowedOrigins } = farebox;
    const batches = new BatchQueue(this, "Batches", { stage });
    this.queue = batches.queue;

    const runBatch = new FareboxFunction(this, "RunBatch", {
      stage,
      allowedOrigins,
      functionsFolder,
      key: data.key,
      name: "run-batch",
      memoryMb: 1024,
      timeout: Duration.seconds(batchRunSecondsMax),
    });
    // The catalogue; whose key a batch runs with.
    runBatch.mayUseTable(data.directory, environment.directoryTable, ["Query", "GetItem"]);
    // Usage events, progress, and what is decided about lines.
    runBatch.mayUseTable(data.usage, environment.usageTable, ["PutItem", "Query"]);
    runBatch.mayUseTable(data.accounts, environment.accountsTable, [
      "GetItem",
      "PutItem",
      "Query",
      "UpdateItem",
    ]);
    runBatch.mayUseFiles(
      Bucket.fromBucketName(this, "FilesBucket", filesBucketName(stage, this)),
      environment.filesBucket,
      ["GetObject", "PutObject", "DeleteObject"],
    );
    runBatch.mayInvokeEndpoints(endpointArns);
    runBatch.mayFetchImagesFrom(farebox.imageHosts);
    runBatch.maySendTo(batches.queue, environment.batchQueueUrl);
    batches.deliverTo(runBatch, runnersMax);
    addBatchAlarms(this, { stage, runBatch, queue: batches.queue, deadLetters: batches.deadLetters });
  }
}
