import { Duration } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { atOrAbove } from "./at-or-above.ts";
import type { FareboxFunction } from "./farebox-function.ts";
import { addLogAlarm } from "./log-alarm.ts";

type Watched = { readonly stage: string; readonly closeMonth: FareboxFunction };

/** What somebody must look at: customers whose months stay open, and a run that does not happen at all. */
export const addBillingAlarms = (scope: Construct, { stage, closeMonth }: Watched): void => {
  addLogAlarm(scope, "MonthNotClosed", {
    stage,
    log: closeMonth.log,
    event: "month_not_closed",
    metricName: "MonthsNotClosed",
    description:
      "A customer's month could not be closed. It is tried again every hour, and nothing is billed twice. Close-month's log names the customer and says where it failed.",
  });
  closeMonth.lambda
    .metricErrors({ statistic: "Sum", period: Duration.hours(1) })
    .createAlarm(scope, "CloseMonthErrorAlarm", {
      ...atOrAbove(1),
      alarmDescription:
        "A run that closes months failed. The next one, an hour later, goes on where it stopped; see close-month's log.",
    });
};
