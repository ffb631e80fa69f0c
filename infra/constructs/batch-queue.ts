import { Duration } from "aws-cdk-lib";
import { EventSourceMapping } from "aws-cdk-lib/aws-lambda";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { batchRunSecondsMax } from "../../functions/contract.ts";
import type { FareboxFunction } from "./farebox-function.ts";

/** AWS's advice: as many times what a function may take. The function itself has a message come again much sooner. */
const visibilityFactor = 6;
/** How often a message is given to a runner that dies of it, or cannot do it. */
const deliveriesMax = 5;

/** What is to be done for batches, and what could not be done. Messages hold ids and places in files, and nothing of them. */
export class BatchQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { stage }: { readonly stage: string }) {
    super(scope, id);
    const kept = {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    };
    this.deadLetters = new Queue(this, "DeadLetters", {
      ...kept,
      queueName: `farebox-${stage}-batches-dead`,
    });
    this.queue = new Queue(this, "Queue", {
      ...kept,
      queueName: `farebox-${stage}-batches`,
      visibilityTimeout: Duration.seconds(visibilityFactor * batchRunSecondsMax),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: deliveriesMax },
    });
  }

  /** Hands the messages to a function one by one, so many at once. */
  deliverTo(runner: FareboxFunction, runnersMax: number): void {
    runner.mayReceiveFrom(this.queue);
    const mapping = new EventSourceMapping(this, "Runs", {
      target: runner.lambda,
      eventSourceArn: this.queue.queueArn,
      batchSize: 1,
      maxConcurrency: runnersMax,
      reportBatchItemFailures: true,
    });
    // Lambda checks that the role may read the queue when the mapping is created.
    mapping.node.addDependency(runner);
  }
}
