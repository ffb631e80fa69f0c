import { Duration } from "aws-cdk-lib";
import type { RestApi } from "aws-cdk-lib/aws-apigateway";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { atOrAbove } from "./at-or-above.ts";
import { addLogAlarm } from "./log-alarm.ts";

type Watched = { readonly stage: string; readonly rest: RestApi; readonly inferLog: ILogGroup };

const serverErrorsPer5Minutes = 10;

/** What somebody must look at: money that is not on record, and an API that fails. */
export const addApiAlarms = (scope: Construct, { stage, rest, inferLog }: Watched): void => {
  addLogAlarm(scope, "UnrecordedUsage", {
    stage,
    log: inferLog,
    event: "usage_event_unrecorded",
    metricName: "UnrecordedUsageEvents",
    description: "A usage event could not be stored. It is in infer's log, whole: store it from there.",
  });
  addLogAlarm(scope, "LateUsage", {
    stage,
    log: inferLog,
    event: "usage_event_late",
    metricName: "LateUsageEvents",
    description:
      "A usage event came after its request's deadline, too late to be billed. It is stored, and says what the platform bears. Infer's log names the request: find out what held it up.",
  });
  rest
    .metricServerError({ statistic: "Sum", period: Duration.minutes(5) })
    .createAlarm(scope, "ServerErrorAlarm", {
      ...atOrAbove(serverErrorsPer5Minutes),
      alarmDescription: "The API answers with 5xx. The access log says on which routes, infer's log why.",
    });
};
