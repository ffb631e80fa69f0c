import { Duration } from "aws-cdk-lib";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { atOrAbove } from "./at-or-above.ts";
import type { FareboxFunction } from "./farebox-function.ts";
import { addLogAlarm } from "./log-alarm.ts";

type Watched = {
  readonly stage: string;
  readonly runBatch: FareboxFunction;
  readonly queue: Queue;
  readonly deadLetters: Queue;
};

/** A batch has a day: this leaves most of it to find out what holds it up. */
const waitMax = Duration.hours(4);

/** What somebody must look at: batches that do not get on, and money that is not on record. */
export const addBatchAlarms = (scope: Construct, { stage, runBatch, queue, deadLetters }: Watched): void => {
  const watched = { stage, log: runBatch.log };
  addLogAlarm(scope, "UnrecordedBatchUsage", {
    ...watched,
    event: "usage_event_unrecorded",
    metricName: "UnrecordedUsageEvents",
    description: "A usage event could not be stored. It is in run-batch's log, whole: store it from there.",
  });
  addLogAlarm(scope, "LateBatchUsage", {
    ...watched,
    event: "usage_event_late",
    metricName: "LateUsageEvents",
    description:
      "A line's usage event came after its request's deadline, too late to be billed. Its answer was not delivered, and the line runs again. Run-batch's log names the request: find out what held it up.",
  });
  deadLetters
    .metricApproximateNumberOfMessagesVisible({ statistic: "Maximum", period: Duration.minutes(5) })
    .createAlarm(scope, "BatchDeadLetterAlarm", {
      ...atOrAbove(1),
      alarmDescription:
        "Lines of a batch could not be run, time and again. What is decided of them stays so. Run-batch's log says what failed (batch_task_failed); redrive the dead letters when it is mended. Once the batch's time is up, whoever asks for it ends it.",
    });
  queue
    .metricApproximateAgeOfOldestMessage({ statistic: "Maximum", period: Duration.minutes(15) })
    .createAlarm(scope, "BatchWaitAlarm", {
      ...atOrAbove(waitMax.toSeconds()),
      alarmDescription:
        "Batches wait for hours: there is more to do than runners do. Raise how many there may be, and see that the models bear it.",
    });
};
