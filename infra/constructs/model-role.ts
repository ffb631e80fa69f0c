import { Validations } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";

/** The part of a bucket that permissions are about. */
export type ArtifactsBucket = Pick<IBucket, "bucketArn" | "bucketName" | "arnForObjects">;

/** The role that SageMaker runs one model under: it starts empty and gets what that model needs. */
export class ModelRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.role = new Role(this, "Role", { assumedBy: new ServicePrincipal("sagemaker.amazonaws.com") });
  }

  /** Grants the files of one artifact version, and the bucket's key to read them. */
  mayReadArtifact(bucket: ArtifactsBucket, prefix: string, key: IKey): void {
    const files = bucket.arnForObjects(`${prefix}*`);
    this.allow(["s3:GetObject"], [files]);
    Validations.of(this.role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${files}]`,
      reason: "All files of this one version: SageMaker reads a prefix, whatever lies under it.",
    });
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ["s3:ListBucket"],
        resources: [bucket.bucketArn],
        conditions: { StringLike: { "s3:prefix": `${prefix}*` } },
      }),
    );
    this.allow(["kms:Decrypt"], [key.keyArn]);
  }

  /** Grants pulling one repository's images. */
  mayPull(repositoryArn: string): void {
    this.allow(
      ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      [repositoryArn],
    );
    this.allow(["ecr:GetAuthorizationToken"], ["*"]);
    Validations.of(this.role).acknowledge({
      id: "AwsSolutions-IAM5[Resource::*]",
      reason: "ecr:GetAuthorizationToken is not about a repository: AWS defines it for all resources only.",
    });
  }

  /** Grants writing the endpoint's own log. */
  mayWriteLog(log: ILogGroup): void {
    this.allow(["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"], [log.logGroupArn]);
  }

  private allow(actions: string[], resources: string[]): void {
    this.role.addToPolicy(new PolicyStatement({ actions, resources }));
  }
}
