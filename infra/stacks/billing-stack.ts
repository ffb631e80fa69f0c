import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { environment } from "../../functions/contract.ts";
import type { Farebox } from "../config.ts";
import { addBillingAlarms } from "../constructs/billing-alarms.ts";
import { FareboxFunction } from "../constructs/farebox-function.ts";
import { archiveBucketName } from "../archive-bucket-name.ts";
import { daily, hourly } from "../constructs/scheduled.ts";
import type { DataStack } from "./data-stack.ts";

type BillingStackProps = StackProps & {
  readonly farebox: Farebox;
  readonly functionsFolder: string;
  /** The home region's: ledger, invoices and the cells that money comes into are written there only. */
  readonly data: DataStack;
};

/** Turns usage into revenue and invoices, and proves that they agree, at home: what customers read of them is the API's affair. */
export class BillingStack extends Stack {
  constructor(scope: Construct, id: string, { farebox, functionsFolder, data, ...props }: BillingStackProps) {
    super(scope, id, props);
    const { stage, allowedOrigins } = farebox;
    const shared = { stage, allowedOrigins, functionsFolder, key: data.key, timeout: Duration.minutes(15) };

    const postUsage = new FareboxFunction(this, "PostUsage", {
      ...shared,
      name: "post-usage",
      memoryMb: 512,
    });
    postUsage.mayUseTable(data.directory, environment.directoryTable, ["Query"]);
    // Cells whose leases have run out are closed by their usage events, which requests that died are given first, and
    // debited by what expires; the ledger is written.
    postUsage.mayUseTable(data.usage, environment.usageTable, ["PutItem", "Query"]);
    postUsage.mayUseTable(data.accounts, environment.accountsTable, [
      "GetItem",
      "Query",
      "PutItem",
      "UpdateItem",
    ]);
    // By then the leases that were used before the hour ended have run out: what they took is posted under that hour.
    hourly(this, "PostUsageHourly", { minute: 20 }, postUsage, "Posts to the ledger what wallets have paid.");

    const closeMonth = new FareboxFunction(this, "CloseMonth", {
      ...shared,
      name: "close-month",
      memoryMb: 512,
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
    // After the last hour of a month is posted.
    hourly(
      this,
      "CloseMonths",
      { minute: 40 },
      closeMonth,
      "Closes the months that are over on their customers' clocks.",
    );

    // Sums of a day of everybody's usage are held in memory.
    const audit = new FareboxFunction(this, "Audit", { ...shared, name: "audit", memoryMb: 3008 });
    audit.mayUseTable(data.directory, environment.directoryTable, ["GetItem", "Query"]);
    audit.mayUseTable(data.accounts, environment.accountsTable, ["GetItem", "Query"]);
    audit.mayReadArchives(
      farebox.regions.map((region) => ({
        region,
        bucketName: archiveBucketName(stage, { account: this.account, region }),
      })),
      environment.archiveBuckets,
    );
    // The last hours of the day before are posted by then, and closed on every clock but the latest.
    daily(
      this,
      "AuditDaily",
      { hour: 4 },
      audit,
      "Audits everybody's day before, and on the second of a month the month before.",
    );

    addBillingAlarms(this, { stage, closeMonth, postUsage, audit });
  }
}
