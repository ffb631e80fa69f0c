import { Duration } from "aws-cdk-lib";
import type { RestApi } from "aws-cdk-lib/aws-apigateway";
import { ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { FilterPattern, MetricFilter, type ILogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";

type Watched = { readonly stage: string; readonly rest: RestApi; readonly inferLog: ILogGroup };

const serverErrorsPer5Minutes = 10;

const atOrAbove = (threshold: number) => ({
  threshold,
  evaluationPeriods: 1,
  comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  treatMissingData: TreatMissingData.NOT_BREACHING,
});

/** What somebody must look at: money that is not on record, and an API that fails. */
export const addApiAlarms = (scope: Construct, { stage, rest, inferLog }: Watched): void => {
  const unrecorded = new MetricFilter(scope, "UnrecordedUsage", {
    logGroup: inferLog,
    filterPattern: FilterPattern.stringValue("$.event", "=", "usage_event_unrecorded"),
    metricNamespace: `Farebox/${stage}`,
    metricName: "UnrecordedUsageEvents",
    metricValue: "1",
  });
  unrecorded
    .metric({ statistic: "Sum", period: Duration.minutes(1) })
    .createAlarm(scope, "UnrecordedUsageAlarm", {
      ...atOrAbove(1),
      alarmDescription:
        "A usage event could not be stored. It is in infer's log, whole: store it from there.",
    });
  rest
    .metricServerError({ statistic: "Sum", period: Duration.minutes(5) })
    .createAlarm(scope, "ServerErrorAlarm", {
      ...atOrAbove(serverErrorsPer5Minutes),
      alarmDescription: "The API answers with 5xx. The access log says on which routes, infer's log why.",
    });
};
