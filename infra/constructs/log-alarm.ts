import { Duration } from "aws-cdk-lib";
import { FilterPattern, MetricFilter, type ILogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { atOrAbove } from "./at-or-above.ts";

type LogAlarm = {
  readonly stage: string;
  readonly log: ILogGroup;
  /** The `event` of the log lines that are counted. */
  readonly event: string;
  readonly metricName: string;
  /** What it means, and what to do. */
  readonly description: string;
};

/** Rings at the first line of a log that tells of an event. */
export const addLogAlarm = (
  scope: Construct,
  id: string,
  { stage, log, event, metricName, description }: LogAlarm,
): void => {
  const counted = new MetricFilter(scope, id, {
    logGroup: log,
    filterPattern: FilterPattern.stringValue("$.event", "=", event),
    metricNamespace: `Farebox/${stage}`,
    metricName,
    metricValue: "1",
  });
  counted
    .metric({ statistic: "Sum", period: Duration.minutes(1) })
    .createAlarm(scope, `${id}Alarm`, { ...atOrAbove(1), alarmDescription: description });
};
