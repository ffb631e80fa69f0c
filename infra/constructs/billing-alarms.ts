import { Duration } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { atOrAbove } from "./at-or-above.ts";
import type { FareboxFunction } from "./farebox-function.ts";
import { addLogAlarm } from "./log-alarm.ts";

type Watched = {
  readonly stage: string;
  readonly closeMonth: FareboxFunction;
  readonly postUsage: FareboxFunction;
  readonly audit: FareboxFunction;
};

/** What somebody must look at: books that do not balance, work that is left undone for a customer, and runs that fail as a whole. */
export const addBillingAlarms = (
  scope: Construct,
  { stage, closeMonth, postUsage, audit }: Watched,
): void => {
  addLogAlarm(scope, "AuditBroken", {
    stage,
    log: audit.log,
    event: "audit_broken",
    metricName: "BrokenAudits",
    description:
      "The books of a customer do not balance. Audit's log names the customer, the link that breaks, and the first event, lease or transfer at which it does.",
  });
  addLogAlarm(scope, "AuditFailed", {
    stage,
    log: audit.log,
    event: "audit_failed",
    metricName: "FailedAudits",
    description:
      "The books of a customer could not be read, so that nobody knows whether they balance. Audit's log names the customer and says where.",
  });
  addLogAlarm(scope, "UsageNotPosted", {
    stage,
    log: postUsage.log,
    event: "usage_not_posted",
    metricName: "UsageNotPosted",
    description:
      "What a customer's wallet paid could not be posted to the ledger, or what expired could not be taken out of it. It is tried again every hour, and nothing is done twice. Post-usage's log names the customer.",
  });

  addLogAlarm(scope, "MonthNotClosed", {
    stage,
    log: closeMonth.log,
    event: "month_not_closed",
    metricName: "MonthsNotClosed",
    description:
      "A customer's month could not be closed. It is tried again every hour, and nothing is billed twice. Close-month's log names the customer and says where it failed.",
  });
  const failed = (what: FareboxFunction, id: string, description: string): void => {
    what.lambda.metricErrors({ statistic: "Sum", period: Duration.hours(1) }).createAlarm(scope, id, {
      ...atOrAbove(1),
      alarmDescription: `${description} See the log of ${what.name}.`,
    });
  };
  failed(
    closeMonth,
    "CloseMonthErrorAlarm",
    "A run that closes months failed. The next one, an hour later, goes on where it stopped.",
  );
  failed(
    postUsage,
    "PostUsageErrorAlarm",
    "A run that posts usage failed. The next one, an hour later, posts what it left.",
  );
  failed(
    audit,
    "AuditErrorAlarm",
    "An audit could not be finished, so that nobody knows whether the books balance.",
  );
};
