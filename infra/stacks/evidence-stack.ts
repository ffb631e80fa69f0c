import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { archiveRoot } from "../../core/billing/archive.ts";
import { environment } from "../../functions/contract.ts";
import type { Farebox } from "../config.ts";
import { archiveBucket } from "../constructs/archive-bucket.ts";
import { addEvidenceAlarms } from "../constructs/evidence-alarms.ts";
import { FareboxFunction } from "../constructs/farebox-function.ts";
import { output } from "../constructs/output.ts";
import { closingsIn, evidenceStream, newUsageEvents } from "../constructs/evidence-stream.ts";
import { streamArnOf } from "../constructs/table-stream.ts";
import type { DataStack } from "./data-stack.ts";

type EvidenceStackProps = StackProps & {
  readonly farebox: Farebox;
  readonly functionsFolder: string;
  readonly data: DataStack;
};

/**
 * What becomes of one region's usage events and closed leases: an archive that nobody can change, and counters that are
 * seconds old.
 */
export class EvidenceStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { farebox, functionsFolder, data, ...props }: EvidenceStackProps,
  ) {
    super(scope, id, props);
    const { stage, allowedOrigins, archive } = farebox;
    const { key, usage, accounts } = data;
    const { tableStreamArn: usageStreamArn } = usage;
    if (usageStreamArn === undefined) throw new Error(`${usage.node.path} has no stream`);
    const bucket = archiveBucket(this, "Archive", { stage, key, retention: archive });
    const shared = {
      stage,
      allowedOrigins,
      functionsFolder,
      key,
      memoryMb: 512,
      timeout: Duration.minutes(2),
    };

    const rollUp = new FareboxFunction(this, "RollUp", { ...shared, name: "roll-up" });
    rollUp.mayUseTable(accounts, environment.accountsTable, ["UpdateItem"]);
    rollUp.mayAppendTo(bucket, archiveRoot("usage"), environment.archiveBucket);
    rollUp.mayReadStream(usageStreamArn);
    evidenceStream(this, "UsageStream", { streamArn: usageStreamArn, filter: newUsageEvents, to: rollUp });

    const findStream = new FareboxFunction(this, "FindStream", { ...shared, name: "find-stream" });
    const accountsStreamArn = streamArnOf(this, "AccountsStream", { table: accounts, finder: findStream });
    const recordClosings = new FareboxFunction(this, "RecordClosings", {
      ...shared,
      name: "record-closings",
    });
    recordClosings.mayAppendTo(bucket, archiveRoot("closings"), environment.archiveBucket);
    recordClosings.mayReadStreamOf(accounts);
    evidenceStream(this, "ClosingsStream", {
      streamArn: accountsStreamArn,
      filter: closingsIn(this.region),
      to: recordClosings,
    });

    addEvidenceAlarms(this, { stage, rollUp, recordClosings });
    output(this, "ArchiveBucketName", bucket.bucketName);
  }
}
