import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readDeployment } from "../../../local/cloudformation/deployment.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "farebox-assembly-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const writeJson = (file: string, value: unknown): void =>
  writeFileSync(path.join(folder, file), JSON.stringify(value));

type Templates = Readonly<Record<string, { readonly region: string; readonly template: object }>>;

const writeAssembly = (stacks: Templates): void => {
  const artifacts = Object.entries(stacks).map(([name, { region }]) => [
    name,
    {
      type: "aws:cloudformation:stack",
      environment: `aws://123456789012/${region}`,
      properties: { templateFile: `${name}.json` },
    },
  ]);
  writeJson("manifest.json", { artifacts: Object.fromEntries(artifacts) });
  for (const [name, { template }] of Object.entries(stacks)) writeJson(`${name}.json`, template);
};

const bucket = (properties: object = {}) => ({ Type: "AWS::S3::Bucket", Properties: properties });

test("a weak reference reads another stack's output in another region", () => {
  writeAssembly({
    Data: {
      region: "us-east-1",
      template: { Resources: { B: bucket() }, Outputs: { Name: { Value: { Ref: "B" } } } },
    },
    Web: {
      region: "eu-west-1",
      template: {
        Resources: {
          P: bucket({
            BucketName: {
              "Fn::GetStackOutput": { StackName: "Data", OutputName: "Name", Region: "us-east-1" },
            },
          }),
        },
      },
    },
  });
  const [data, web] = readDeployment(folder).resources("AWS::S3::Bucket");
  expect(data?.ref).toMatch(/^data-b-[0-9a-f]{12}$/);
  expect(web?.ref).toBe(data?.ref);
});

test("an export is found within its region only", () => {
  const Outputs = { O: { Value: "v", Export: { Name: "shared" } } };
  const importing = { Resources: { P: bucket({ BucketName: { "Fn::ImportValue": "shared" } }) } };
  writeAssembly({
    A: { region: "us-east-1", template: { Resources: {}, Outputs } },
    B: { region: "us-east-1", template: importing },
    C: { region: "eu-west-1", template: importing },
  });
  const [near, far] = readDeployment(folder).resources("AWS::S3::Bucket");
  expect(near?.properties["BucketName"]).toBe("v");
  expect(() => far?.properties["BucketName"]).toThrow("no stack in eu-west-1 exports shared");
});

test("a replica of a multi-Region key has the key id of its primary, in its own region", () => {
  const key = { Type: "AWS::KMS::Key", Properties: { MultiRegion: true } };
  const PrimaryKeyArn = { "Fn::GetStackOutput": { StackName: "A", OutputName: "K", Region: "us-east-1" } };
  writeAssembly({
    A: {
      region: "us-east-1",
      template: { Resources: { Key: key }, Outputs: { K: { Value: { "Fn::GetAtt": ["Key", "Arn"] } } } },
    },
    B: {
      region: "eu-west-1",
      template: { Resources: { R: { Type: "AWS::KMS::ReplicaKey", Properties: { PrimaryKeyArn } } } },
    },
  });
  const [primary, replica] = readDeployment(folder).resources("AWS::KMS::Key", "AWS::KMS::ReplicaKey");
  expect(primary?.attribute("Arn")).toMatch(/^arn:aws:kms:us-east-1:123456789012:key\/mrk-[0-9a-f]{32}$/);
  expect(replica?.attribute("Arn")).toBe(primary?.attribute("Arn").replace("us-east-1", "eu-west-1"));
});

test("a resource under a false condition does not exist", () => {
  writeAssembly({
    A: {
      region: "us-east-1",
      template: {
        Conditions: { Never: { "Fn::Equals": ["a", "b"] } },
        Resources: { Gone: { ...bucket(), Condition: "Never" }, Here: bucket() },
      },
    },
  });
  expect(
    readDeployment(folder)
      .resources("AWS::S3::Bucket")
      .map((resource) => resource.logicalId),
  ).toEqual(["Here"]);
});

test("an attribute that only a running service knows is read once it is provided", () => {
  const Resources = {
    T: { Type: "AWS::DynamoDB::Table", Properties: {} },
    L: {
      Type: "AWS::Lambda::EventSourceMapping",
      Properties: { EventSourceArn: { "Fn::GetAtt": ["T", "StreamArn"] } },
    },
  };
  writeAssembly({ A: { region: "us-east-1", template: { Resources } } });
  const deployment = readDeployment(folder);
  const [mapping] = deployment.resources("AWS::Lambda::EventSourceMapping");
  expect(() => mapping?.properties["EventSourceArn"]).toThrow(
    "A/T: attribute AWS::DynamoDB::Table.StreamArn is not",
  );
  deployment.stacks[0]?.provide("T", "StreamArn", "arn:stream");
  expect(mapping?.properties["EventSourceArn"]).toBe("arn:stream");
});

test("what has no local meaning stops the start: a type, an environment", () => {
  const odd = { Resources: { Q: { Type: "AWS::EC2::VPC" } } };
  writeAssembly({ A: { region: "us-east-1", template: odd } });
  expect(() => readDeployment(folder)).toThrow("A/Q: AWS::EC2::VPC has no local emulation");
  writeAssembly({ A: { region: "unknown-region", template: { Resources: {} } } });
  expect(() => readDeployment(folder)).toThrow("stack A has no explicit environment");
});

test("file and image assets are found by their names in the template", () => {
  writeAssembly({ A: { region: "us-east-1", template: { Resources: {} } } });
  mkdirSync(path.join(folder, "asset.code"));
  writeJson("A.assets.json", {
    files: { h1: { source: { path: "asset.code" }, destinations: { x: { objectKey: "h1.zip" } } } },
    dockerImages: { h2: { source: { directory: "asset.image" }, destinations: { x: { imageTag: "h2" } } } },
  });
  const deployment = readDeployment(folder);
  expect(deployment.stacks[0]?.assetPath("h1.zip")).toBe(path.join(folder, "asset.code"));
  expect(() => deployment.stacks[0]?.assetPath("other.zip")).toThrow("no asset has the object key other.zip");
  expect(deployment.imageSource("123.dkr.ecr.us-east-1.amazonaws.com/assets:h2")).toBe(
    path.join(folder, "asset.image"),
  );
  expect(deployment.imageSource("vllm/vllm-openai:latest")).toBeUndefined();
});
