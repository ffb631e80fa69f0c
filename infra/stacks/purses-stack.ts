import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { environment } from "../../functions/contract.ts";
import type { Farebox } from "../config.ts";
import { FareboxFunction } from "../constructs/farebox-function.ts";
import { addPursesAlarms } from "../constructs/purses-alarms.ts";
import { everyMinutes } from "../constructs/scheduled.ts";
import type { DataStack } from "./data-stack.ts";

type PursesStackProps = StackProps & {
  readonly farebox: Farebox;
  readonly functionsFolder: string;
  readonly data: DataStack;
};

/** Looks after one region's cells: money moves between the cells of a wallet, each step by the region that owns the cell. */
export class PursesStack extends Stack {
  constructor(scope: Construct, id: string, { farebox, functionsFolder, data, ...props }: PursesStackProps) {
    super(scope, id, props);
    const { stage, allowedOrigins } = farebox;
    const rebalance = new FareboxFunction(this, "Rebalance", {
      stage,
      allowedOrigins,
      functionsFolder,
      key: data.key,
      name: "rebalance",
      memoryMb: 256,
      // Over before the next run begins.
      timeout: Duration.minutes(4),
    });
    // Who there is: everybody with a billing profile.
    rebalance.mayUseTable(data.directory, environment.directoryTable, ["Query"]);
    // Leases that have run out are closed by their usage events, which requests that died are given first.
    rebalance.mayUseTable(data.usage, environment.usageTable, ["Query", "PutItem"]);
    // Cells, transfers and their receipts.
    rebalance.mayUseTable(data.accounts, environment.accountsTable, [
      "GetItem",
      "Query",
      "PutItem",
      "UpdateItem",
    ]);
    everyMinutes(
      this,
      "RebalanceWallets",
      5,
      rebalance,
      "Moves the money of wallets to those of their cells that need it.",
    );
    addPursesAlarms(this, { stage, rebalance });
  }
}
