import { Stack, type StackProps } from "aws-cdk-lib";
import { StreamViewType, TableEncryptionV2, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";
import { expiryAttribute } from "../../functions/contract.ts";
import { keptTable } from "../constructs/kept-table.ts";
import { output } from "../constructs/output.ts";
import { tableName } from "../constructs/table-name.ts";

type GlobalTablesStackProps = StackProps & {
  readonly stage: string;
  readonly key: IKey;
  /** The other regions' keys, by region: each gets a replica of every table, under its own key. */
  readonly replicaKeys: Readonly<Record<string, IKey>>;
};

/** The tables that every region has a replica of. CloudFormation creates all replicas from the home region. */
export class GlobalTablesStack extends Stack {
  constructor(scope: Construct, id: string, { stage, key, replicaKeys, ...props }: GlobalTablesStackProps) {
    super(scope, id, props);
    const replicated = {
      ...keptTable,
      encryption: TableEncryptionV2.customerManagedKey(
        key,
        Object.fromEntries(Object.entries(replicaKeys).map(([region, { keyArn }]) => [region, keyArn])),
      ),
      replicas: Object.keys(replicaKeys).map((region) => ({ region })),
    };
    // Nothing in the directory expires by itself: a key that is over must still be told from one that never was.
    const directory = new TableV2(this, "Directory", {
      ...replicated,
      tableName: tableName(stage, "directory"),
    });
    const accounts = new TableV2(this, "Accounts", {
      ...replicated,
      tableName: tableName(stage, "accounts"),
      timeToLiveAttribute: expiryAttribute,
      // What global tables have anyway: here it is also what tells which leases a write to a cell has closed.
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
    });
    output(this, "DirectoryTableName", directory.tableName);
    output(this, "AccountsTableName", accounts.tableName);
  }
}
