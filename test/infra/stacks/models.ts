import { describe, expect, test } from "vitest";
import type { FareboxConfig } from "../../../infra/config.ts";
import { hasLocalDisk } from "../../../infra/constructs/instance-type.ts";
import { chatModel, downloadedModel, exampleConfig, gpuModel, servedModel } from "../example-config.ts";
import { account, synthesize } from "./synthesize.ts";

const modelsStack = (overrides: Partial<FareboxConfig>, region = "us-east-1") =>
  synthesize(exampleConfig({ regions: [region], ...overrides })).template(`models-${region}`);

const only = (template: ReturnType<typeof modelsStack>, type: string) => {
  const resources = Object.values(template.findResources(type));
  expect(resources).toHaveLength(1);
  return resources[0]?.["Properties"];
};

describe("a shipped artifact", () => {
  const template = modelsStack({ models: [chatModel] });

  test("is read from its version's folder by a container without a network", () => {
    expect(only(template, "AWS::SageMaker::Model")).toMatchObject({
      EnableNetworkIsolation: true,
      PrimaryContainer: {
        Environment: { FAREBOX_MODEL_NAME: "tiny-chat", FAREBOX_MODEL_TASK: "chat" },
        ModelDataSource: {
          S3DataSource: {
            S3Uri: `s3://farebox-test-artifacts-${account}-us-east-1/models/tiny-chat/1.0.0/`,
            S3DataType: "S3Prefix",
            CompressionType: "None",
          },
        },
      },
    });
  });

  test("is served under a name that the catalogue knows, from a volume under our key", () => {
    expect(only(template, "AWS::SageMaker::Endpoint").EndpointName).toBe("farebox-test-tiny-chat-1-0-0");
    expect(only(template, "AWS::SageMaker::EndpointConfig")).toMatchObject({
      KmsKeyId: expect.anything(),
      ProductionVariants: [{ InstanceType: "ml.c6i.large", InitialInstanceCount: 1 }],
    });
  });
});

test("a checkpoint that the container downloads leaves it its network, and grants it no bucket", () => {
  const template = modelsStack({ models: [downloadedModel] });
  const model = only(template, "AWS::SageMaker::Model");
  expect(model.EnableNetworkIsolation).toBe(false);
  expect(model.PrimaryContainer).not.toHaveProperty("ModelDataSource");
  expect(model.PrimaryContainer.Environment).toMatchObject({
    HF_MODEL_ID: "HuggingFaceTB/SmolLM2-135M-Instruct",
  });
  expect(JSON.stringify(only(template, "AWS::IAM::Policy"))).not.toContain("s3:");
});

test("models of our CPU server share one image, built for SageMaker's processors", () => {
  const images = Object.values(
    modelsStack({ models: [chatModel, downloadedModel] }).findResources("AWS::SageMaker::Model"),
  ).map(({ Properties: properties }) => JSON.stringify(properties.PrimaryContainer.Image));
  expect(images).toHaveLength(2);
  expect(new Set(images).size).toBe(1);
});

describe("a container on GPUs", () => {
  const template = modelsStack({ models: [gpuModel] });

  test("is the region's own copy of AWS's image, and is told what the configuration says", () => {
    expect(only(template, "AWS::SageMaker::Model").PrimaryContainer).toEqual({
      Image: "763104351884.dkr.ecr.us-east-1.amazonaws.com/djl-inference:0.36.0-lmi28.0.0-cu130",
      Environment: { HF_MODEL_ID: "Qwen/Qwen3-8B" },
    });
  });

  test("has a machine image whose driver knows CUDA 13, and no key that its local disk would refuse", () => {
    const config = only(template, "AWS::SageMaker::EndpointConfig");
    expect(config).not.toHaveProperty("KmsKeyId");
    expect(config.ProductionVariants[0]).toMatchObject({
      InstanceType: "ml.g6.2xlarge",
      InferenceAmiVersion: "al2-ami-sagemaker-inference-gpu-3-1",
    });
  });

  test("comes from AWS's registry of the region, where it is another", () => {
    const template = modelsStack({ models: [gpuModel] }, "eu-south-1");
    expect(only(template, "AWS::SageMaker::Model").PrimaryContainer.Image).toMatch(
      /^692866216735\.dkr\.ecr\.eu-south-1/,
    );
  });

  test("is refused where AWS has no such registry", () => {
    expect(() => modelsStack({ models: [gpuModel] }, "mx-central-1")).toThrow(
      "AWS supplies no Deep Learning Containers in mx-central-1; copy the image to an ECR of your own and write its URI",
    );
  });
});

describe("an image of the user's own", () => {
  const own = (region: string) => ({
    ...gpuModel,
    container: { image: `111122223333.dkr.ecr.${region}.amazonaws.com/team/vllm:1` },
  });

  test("is pulled from each region's registry", () => {
    const model = only(modelsStack({ models: [own("{region}")] }, "eu-west-1"), "AWS::SageMaker::Model");
    expect(model.PrimaryContainer.Image).toBe("111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/vllm:1");
  });

  test("is refused if it lies in another region, where SageMaker would not find it", () => {
    expect(() => modelsStack({ models: [own("us-west-2")] })).toThrow(
      /SageMaker in us-east-1 pulls from its own region.*write \{region\} in place/,
    );
  });
});

test("a model behind a URL needs nothing of SageMaker", () => {
  const synthesized = synthesize(exampleConfig({ models: [servedModel] }));
  expect(Object.keys(synthesized.template("models-us-east-1").toJSON()["Resources"] ?? {})).toEqual([]);
  expect(JSON.stringify(synthesized.template("api-us-east-1"))).not.toContain("sagemaker:Invoke");
});

test.each([
  ["ml.c6i.large", false],
  ["ml.m5.xlarge", false],
  ["ml.c6id.large", true],
  ["ml.m5d.xlarge", true],
  ["ml.g4dn.xlarge", true],
  ["ml.g5.xlarge", true],
  ["ml.g6e.12xlarge", true],
  ["ml.p4d.24xlarge", true],
  ["ml.p5.48xlarge", true],
  ["ml.inf2.xlarge", false],
])("%s has a local disk: %s", (instanceType, expected) => {
  expect(hasLocalDisk(instanceType)).toBe(expected);
});
