import type { Stack } from "aws-cdk-lib";
import { AccountRootPrincipal, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";

/** Leaves it to IAM policies who may use the key; without it nobody could, nor ever change this policy. */
export const accountMayDelegate = (): PolicyStatement =>
  new PolicyStatement({ principals: [new AccountRootPrincipal()], actions: ["kms:*"], resources: ["*"] });

/** Lets CloudWatch Logs keep this stage's log groups, and no others, under the key. */
export const logsMayEncrypt = (stack: Stack, stage: string): PolicyStatement => {
  const logGroup = (name: string): string =>
    `arn:${stack.partition}:logs:${stack.region}:${stack.account}:log-group:${name}`;
  return new PolicyStatement({
    principals: [new ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
    actions: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
    resources: ["*"],
    conditions: {
      ArnLike: {
        "kms:EncryptionContext:aws:logs:arn": [
          logGroup(`/farebox/${stage}/*`),
          logGroup(`/aws/sagemaker/Endpoints/farebox-${stage}-*`),
        ],
      },
    },
  });
};
