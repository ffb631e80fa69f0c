import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { environment } from "../../functions/contract.ts";
import type { Farebox } from "../config.ts";
import { addBillingAlarms } from "../constructs/billing-alarms.ts";
import { FareboxFunction } from "../constructs/farebox-function.ts";
import { hourly } from "../constructs/hourly.ts";
import type { DataStack } from "./data-stack.ts";

type BillingStackProps = StackProps & {
  readonly farebox: Farebox;
  readonly functionsFolder: string;
  /** The home region's: ledger, invoices and the cells that money comes into are written there only. */
  readonly data: DataStack;
};

/** Turns usage into invoices, at home: what customers read of them is the API's affair. */
export class BillingStack extends Stack {
  constructor(scope: Construct, id: string, { farebox, functionsFolder, data, ...props }: BillingStackProps) {
    super(scope, id, props);
    const { stage, allowedOrigins } = farebox;
    const closeMonth = new FareboxFunction(this, "CloseMonth", {
      stage,
      allowedOrigins,
      functionsFolder,
      key: data.key,
      name: "close-month",
      memoryMb: 512,
      timeout: Duration.minutes(15),
    });
    // Customers, their billing profiles, and the price book.
    closeMonth.mayUseTable(data.directory, environment.directoryTable, ["GetItem", "Query"]);
    // Counters are read; the ledger, invoices and, for money that goes back, cells are written.
    closeMonth.mayUseTable(data.accounts, environment.accountsTable, [
      "GetItem",
      "Query",
      "PutItem",
      "UpdateItem",
    ]);
    hourly(this, "CloseMonths", closeMonth, "Closes the months that are over on their customers' clocks.");
    addBillingAlarms(this, { stage, closeMonth });
  }
}
