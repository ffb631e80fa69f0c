import { Stack, type StackProps } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as kms from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";

type ReplicaKeyStackProps = StackProps & { readonly primaryKeyArn: string };

/** The multi-Region key's replica in the other region. */
export class ReplicaKeyStack extends Stack {
  readonly keyArn: string;

  constructor(scope: Construct, id: string, props: ReplicaKeyStackProps) {
    super(scope, id, props);
    const keyPolicy = new iam.PolicyDocument({
      statements: [
        new iam.PolicyStatement({
          actions: ["kms:*"],
          principals: [new iam.AccountRootPrincipal()],
          resources: ["*"],
        }),
      ],
    });
    this.keyArn = new kms.CfnReplicaKey(this, "Key", {
      keyPolicy,
      primaryKeyArn: props.primaryKeyArn,
    }).attrArn;
  }
}
