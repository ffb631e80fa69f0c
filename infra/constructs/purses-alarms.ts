import { Duration } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { atOrAbove } from "./at-or-above.ts";
import type { FareboxFunction } from "./farebox-function.ts";
import { addLogAlarm } from "./log-alarm.ts";

type Watched = { readonly stage: string; readonly rebalance: FareboxFunction };

/** What somebody must look at: money that does not get to where it is spent, so that customers who have some are refused. */
export const addPursesAlarms = (scope: Construct, { stage, rebalance }: Watched): void => {
  const watched = { stage, log: rebalance.log };
  addLogAlarm(scope, "WalletNotRebalanced", {
    ...watched,
    event: "wallet_not_rebalanced",
    metricName: "WalletsNotRebalanced",
    description:
      "A customer's money could not be moved between the cells of its wallet. Nothing is lost, and it is tried again in five minutes; until then one of the cells may be empty. Rebalance's log names the customer and says where it failed.",
  });
  addLogAlarm(scope, "RebalancingCutShort", {
    ...watched,
    event: "rebalancing_cut_short",
    metricName: "RebalancingRunsCutShort",
    description:
      "A run that rebalances wallets had no time for the last customers. If this repeats, the tables are slow or the customers too many for one run; see rebalance's log.",
  });
  rebalance.lambda
    .metricErrors({ statistic: "Sum", period: Duration.minutes(15) })
    .createAlarm(scope, "RebalanceErrorAlarm", {
      ...atOrAbove(1),
      alarmDescription:
        "A run that rebalances wallets failed. The next one, five minutes later, does the same again; see rebalance's log.",
    });
};
