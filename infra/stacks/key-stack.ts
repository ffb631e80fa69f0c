import { RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import { Key } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";
import { logsMayEncrypt } from "../constructs/key-policy.ts";

/** The key that everything at rest is under. It is a multi-Region key: other regions hold replicas of it. */
export class KeyStack extends Stack {
  readonly key: Key;

  constructor(scope: Construct, id: string, { stage, ...props }: StackProps & { stage: string }) {
    super(scope, id, props);
    this.key = new Key(this, "Key", {
      alias: `alias/farebox-${stage}`,
      description: `Farebox ${stage}: tables, artifacts and logs`,
      multiRegion: true,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.key.addToResourcePolicy(logsMayEncrypt(this, stage));
  }
}
