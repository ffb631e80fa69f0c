import type { Properties } from "../../../local/cloudformation/template.ts";
import { account, fakeDeployment, type FakeResource } from "../s3/fake-deployment.ts";

export const roleArn = `arn:aws:iam::${account}:role/model`;

type Options = {
  readonly variants?: readonly Properties[];
  readonly container?: Properties;
  readonly trusted?: string;
  readonly more?: readonly FakeResource[];
};

/** One endpoint, `Demo`, with its configuration, its model and the model's role. */
export const modelDeployment = ({ variants, container, trusted, more = [] }: Options = {}) =>
  fakeDeployment([
    {
      type: "AWS::IAM::Role",
      logicalId: "Role",
      ref: "model",
      attributes: { Arn: roleArn },
      properties: {
        AssumeRolePolicyDocument: {
          Statement: [
            {
              Effect: "Allow",
              Action: "sts:AssumeRole",
              Principal: { Service: trusted ?? "sagemaker.amazonaws.com" },
            },
          ],
        },
      },
    },
    {
      type: "AWS::SageMaker::Model",
      logicalId: "Model",
      ref: "model-arn",
      attributes: { ModelName: "demo-model" },
      properties: {
        ExecutionRoleArn: roleArn,
        PrimaryContainer: { Image: "demo:1", Environment: { TASK: "chat" }, ...container },
      },
    },
    {
      type: "AWS::SageMaker::EndpointConfig",
      logicalId: "Config",
      ref: "config-arn",
      attributes: { EndpointConfigName: "demo-config" },
      properties: { ProductionVariants: variants ?? [variant("blue")] },
    },
    {
      type: "AWS::SageMaker::Endpoint",
      logicalId: "Endpoint",
      ref: "endpoint-arn",
      attributes: { EndpointName: "Demo" },
      properties: { EndpointConfigName: "demo-config" },
    },
    ...more,
  ]);

export const variant = (VariantName: string, more: Properties = {}): Properties => ({
  VariantName,
  ModelName: "demo-model",
  InitialInstanceCount: 1,
  InstanceType: "ml.m5.large",
  ...more,
});
