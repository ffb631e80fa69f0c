import { RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import { PolicyDocument } from "aws-cdk-lib/aws-iam";
import { CfnReplicaKey, Key, type IKey } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";
import { accountMayDelegate, logsMayEncrypt } from "../constructs/key-policy.ts";

type ReplicaKeyStackProps = StackProps & { readonly stage: string; readonly primaryKeyArn: string };

/** The key's replica in another region. Rotation follows the primary; the policy does not, so it is written again. */
export class ReplicaKeyStack extends Stack {
  readonly key: IKey;

  constructor(scope: Construct, id: string, { stage, primaryKeyArn, ...props }: ReplicaKeyStackProps) {
    super(scope, id, props);
    const replica = new CfnReplicaKey(this, "Key", {
      primaryKeyArn,
      description: `Farebox ${stage}: tables, artifacts and logs`,
      keyPolicy: new PolicyDocument({ statements: [accountMayDelegate(), logsMayEncrypt(this, stage)] }),
    });
    replica.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.key = Key.fromKeyArn(this, "Imported", replica.attrArn);
    this.key.addAlias(`alias/farebox-${stage}`);
  }
}
