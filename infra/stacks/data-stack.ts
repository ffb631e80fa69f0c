import { Stack, type StackProps } from "aws-cdk-lib";
import { StreamViewType, TableEncryptionV2, TableV2, type ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";
import { expiryAttribute } from "../../functions/contract.ts";
import { artifactsBucket } from "../constructs/artifacts-bucket.ts";
import { filesBucket } from "../constructs/files-bucket.ts";
import { keptTable } from "../constructs/kept-table.ts";
import { output } from "../constructs/output.ts";
import { tableName } from "../constructs/table-name.ts";

type DataStackProps = StackProps & { readonly stage: string; readonly key: IKey };

/** What one region stores. A request reads and writes here, and needs no other region. */
export class DataStack extends Stack {
  readonly key: IKey;
  /** Customers, keys, prices, catalogue: this region's replica. Written in the home region only. */
  readonly directory: ITableV2;
  /** Cells, rate windows, counters, ledger: this region's replica. Every item is written by one region only. */
  readonly accounts: ITableV2;
  /** This region's usage events, whose stream feeds counters and archive, and the progress of requests, which expires. */
  readonly usage: TableV2;

  constructor(scope: Construct, id: string, { stage, key, ...props }: DataStackProps) {
    super(scope, id, props);
    this.key = key;
    this.directory = TableV2.fromTableAttributes(this, "Directory", {
      tableName: tableName(stage, "directory"),
      encryptionKey: key,
    });
    this.accounts = TableV2.fromTableAttributes(this, "Accounts", {
      tableName: tableName(stage, "accounts"),
      encryptionKey: key,
    });
    this.usage = new TableV2(this, "Usage", {
      ...keptTable,
      tableName: tableName(stage, "usage"),
      encryption: TableEncryptionV2.customerManagedKey(key),
      dynamoStream: StreamViewType.NEW_IMAGE,
      timeToLiveAttribute: expiryAttribute,
    });
    filesBucket(this, "Files", { stage, key });
    const artifacts = artifactsBucket(this, "Artifacts", { stage, key });
    output(this, "UsageTableName", this.usage.tableName);
    output(this, "ArtifactsBucketName", artifacts.bucketName);
  }
}
