import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { archiveRoot } from "../../core/billing/archive.ts";
import { environment } from "../../functions/contract.ts";
import type { Farebox } from "../config.ts";
import { archiveBucket } from "../constructs/archive-bucket.ts";
import { addEvidenceAlarms } from "../constructs/evidence-alarms.ts";
import { FareboxFunction } from "../constructs/farebox-function.ts";
import { output } from "../constructs/output.ts";
import { usageStream } from "../constructs/usage-stream.ts";
import type { DataStack } from "./data-stack.ts";

type EvidenceStackProps = StackProps & {
  readonly farebox: Farebox;
  readonly functionsFolder: string;
  readonly data: DataStack;
};

/** What becomes of one region's usage events: an archive that nobody can change, and counters that are seconds old. */
export class EvidenceStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { farebox, functionsFolder, data, ...props }: EvidenceStackProps,
  ) {
    super(scope, id, props);
    const { stage, allowedOrigins, archive } = farebox;
    const { key, usage, accounts } = data;
    const bucket = archiveBucket(this, "Archive", { stage, key, retention: archive });
    const rollUp = new FareboxFunction(this, "RollUp", {
      stage,
      allowedOrigins,
      functionsFolder,
      key,
      name: "roll-up",
      memoryMb: 512,
      timeout: Duration.minutes(2),
    });
    rollUp.mayUseTable(accounts, environment.accountsTable, ["UpdateItem"]);
    rollUp.mayAppendTo(bucket, archiveRoot, environment.archiveBucket);
    usageStream(this, "UsageStream", { usage, to: rollUp });
    addEvidenceAlarms(this, { stage, rollUp });
    output(this, "ArchiveBucketName", bucket.bucketName);
  }
}
