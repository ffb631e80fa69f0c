import { RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as kms from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";

type DataStackProps = StackProps & { readonly replicaRegion: string };

/** A multi-Region key, and a global table that it encrypts. */
export class DataStack extends Stack {
  readonly key: kms.Key;
  readonly table: dynamodb.TableV2;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    this.key = new kms.Key(this, "Key", { multiRegion: true, enableKeyRotation: true });
    const replicaKeyArn = `arn:aws:kms:${props.replicaRegion}:${this.account}:key/${this.key.keyId}`;
    this.table = new dynamodb.TableV2(this, "Table", {
      partitionKey: { name: "pk", type: dynamodb.AttributeType.STRING },
      sortKey: { name: "sk", type: dynamodb.AttributeType.STRING },
      tableName: "fixture-items",
      timeToLiveAttribute: "expiresAt",
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: dynamodb.TableEncryptionV2.customerManagedKey(this.key, {
        [props.replicaRegion]: replicaKeyArn,
      }),
      globalSecondaryIndexes: [
        { indexName: "by-kind", partitionKey: { name: "kind", type: dynamodb.AttributeType.STRING } },
      ],
      replicas: [{ region: props.replicaRegion }],
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
