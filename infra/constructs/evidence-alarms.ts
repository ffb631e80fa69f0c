import { Duration } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { atOrAbove } from "./at-or-above.ts";
import type { FareboxFunction } from "./farebox-function.ts";
import { addLogAlarm } from "./log-alarm.ts";

type Watched = {
  readonly stage: string;
  readonly rollUp: FareboxFunction;
  readonly recordClosings: FareboxFunction;
};

/** A stream keeps its records for a day: this leaves most of it to find out what holds them up. */
const lagMax = Duration.minutes(15);

/** What somebody must look at: evidence that does not fit together, and evidence that is late. */
export const addEvidenceAlarms = (scope: Construct, { stage, rollUp, recordClosings }: Watched): void => {
  const roll = { stage, log: rollUp.log };
  addLogAlarm(scope, "ArchiveConflict", {
    ...roll,
    event: "archive_conflict",
    metricName: "ArchiveConflicts",
    description:
      "The archive holds something else than the usage stream. Nothing was overwritten, and its shard waits. Roll-up's log names the object: compare it with the usage table.",
  });
  addLogAlarm(scope, "RollUpFailed", {
    ...roll,
    event: "roll_up_failed",
    metricName: "RollUpFailures",
    description:
      "Usage events could not be archived or counted. They are delivered again for a day. Roll-up's log says what failed.",
  });
  addLogAlarm(scope, "UnreadableUsage", {
    ...roll,
    event: "usage_event_unreadable",
    metricName: "UnreadableUsageEvents",
    description:
      "An item of the usage table is not a usage event. It is archived as it came, and counted nowhere. Roll-up's log names its place in the stream.",
  });
  const closings = { stage, log: recordClosings.log };
  addLogAlarm(scope, "ClosingsConflict", {
    ...closings,
    event: "archive_conflict",
    metricName: "ArchiveConflicts",
    description:
      "The archive holds something else than the accounts stream. Nothing was overwritten, and its shard waits. Record-closings' log names the object.",
  });
  addLogAlarm(scope, "ClosingsNotRecorded", {
    ...closings,
    event: "closings_not_recorded",
    metricName: "ClosingsNotRecorded",
    description:
      "What closed leases took could not be archived. It is delivered again for a day. Record-closings' log says what failed.",
  });
  addLogAlarm(scope, "UnreadableClosing", {
    ...closings,
    event: "closing_unreadable",
    metricName: "UnreadableClosings",
    description:
      "A cell of a wallet changed in a way that says not what its leases took. It is archived as it came; an audit of the customer shows where the chain breaks.",
  });
  const lag = (to: FareboxFunction, id: string, what: string): void => {
    to.lambda
      .metric("IteratorAge", { statistic: "Maximum", period: Duration.minutes(5) })
      .createAlarm(scope, id, {
        ...atOrAbove(lagMax.toMilliseconds()),
        alarmDescription: `${what}. If the log of ${to.name} has no failure, see whether its calls end at all.`,
      });
  };
  lag(rollUp, "EvidenceLagAlarm", "Usage events wait to be archived and counted");
  lag(recordClosings, "ClosingsLagAlarm", "Closed leases wait to be archived");
};
