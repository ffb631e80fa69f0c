import { describe, expect, test } from "vitest";
import { functionNames } from "../../../functions/contract.ts";
import { exampleConfig } from "../example-config.ts";
import { grantsOf } from "./grants.ts";
import { synthesize } from "./synthesize.ts";

const synthesized = synthesize(exampleConfig());

/** Where each role is, and what runs under it. */
const roles = [...synthesized.templates].flatMap(([stack, template]) => {
  const grants = grantsOf(synthesized, stack);
  const underRole = (type: string, field: string, name: (properties: Record<string, unknown>) => string) =>
    Object.values(template.findResources(type)).map(({ Properties: properties }) => ({
      name: name(properties),
      grants: grants.get(properties[field]["Fn::GetAtt"][0]),
    }));
  const functions = underRole("AWS::Lambda::Function", "Role", ({ FunctionName: name }) => String(name));
  return functions.concat(underRole("AWS::SageMaker::Model", "ExecutionRoleArn", () => "a model"));
});

const grantsUnder = (name: string) => roles.find((role) => role.name === name)?.grants;

/** Every function writes its own log, and has DynamoDB unwrap the tables' key. */
const always = (name: string) => [
  "kms:Decrypt on key where kms:ViaService is dynamodb.us-east-1.amazonaws.com",
  `logs:CreateLogStream on /farebox/test/${name}`,
  `logs:PutLogEvents on /farebox/test/${name}`,
];

test("the function that just sends a text may write its log, and nothing else", () =>
  expect(grantsUnder("farebox-test-openapi")).toEqual(new Set(always("openapi").slice(1))));

describe("a function may do what it does, and nothing more", () => {
  test.each<[name: string, grants: readonly string[]]>([
    ["authorize", ["dynamodb:GetItem on farebox-test-directory"]],
    [
      "infer",
      [
        "dynamodb:Query on farebox-test-directory",
        "dynamodb:PutItem on farebox-test-usage",
        "dynamodb:Query on farebox-test-usage",
        "dynamodb:GetItem on farebox-test-accounts",
        "dynamodb:PutItem on farebox-test-accounts",
        "dynamodb:Query on farebox-test-accounts",
        "dynamodb:UpdateItem on farebox-test-accounts",
        "dynamodb:DeleteItem on farebox-test-accounts",
        "sagemaker:InvokeEndpoint on farebox-test-tiny-chat-1-0-0",
        "sagemaker:InvokeEndpointWithResponseStream on farebox-test-tiny-chat-1-0-0",
      ],
    ],
    ["models", ["dynamodb:Query on farebox-test-directory"]],
    ["generations", ["dynamodb:GetItem on farebox-test-usage"]],
    ["balance", ["dynamodb:Query on farebox-test-accounts", "dynamodb:Query on farebox-test-usage"]],
    ["usage", ["dynamodb:Query on farebox-test-accounts"]],
    [
      "roll-up",
      [
        "dynamodb:DescribeStream on farebox-test-usage's stream",
        "dynamodb:GetRecords on farebox-test-usage's stream",
        "dynamodb:GetShardIterator on farebox-test-usage's stream",
        "dynamodb:ListStreams on farebox-test-usage's stream",
        "dynamodb:UpdateItem on farebox-test-accounts",
        "s3:PutObject on farebox-test-archive-123456789012-us-east-1/usage/*",
        "s3:GetObject on farebox-test-archive-123456789012-us-east-1/usage/*",
        "s3:ListBucket on farebox-test-archive-123456789012-us-east-1 where s3:prefix is usage/*",
        "kms:GenerateDataKey on key where kms:ViaService is s3.us-east-1.amazonaws.com",
        "kms:Decrypt on key where kms:ViaService is s3.us-east-1.amazonaws.com",
      ],
    ],
    [
      "record-closings",
      [
        "dynamodb:DescribeStream on farebox-test-accounts/stream/*",
        "dynamodb:GetRecords on farebox-test-accounts/stream/*",
        "dynamodb:GetShardIterator on farebox-test-accounts/stream/*",
        "dynamodb:ListStreams on farebox-test-accounts/stream/*",
        "s3:PutObject on farebox-test-archive-123456789012-us-east-1/closings/*",
        "s3:GetObject on farebox-test-archive-123456789012-us-east-1/closings/*",
        "s3:ListBucket on farebox-test-archive-123456789012-us-east-1 where s3:prefix is closings/*",
        "kms:GenerateDataKey on key where kms:ViaService is s3.us-east-1.amazonaws.com",
        "kms:Decrypt on key where kms:ViaService is s3.us-east-1.amazonaws.com",
      ],
    ],
    [
      "post-usage",
      [
        "dynamodb:Query on farebox-test-directory",
        "dynamodb:PutItem on farebox-test-usage",
        "dynamodb:Query on farebox-test-usage",
        "dynamodb:GetItem on farebox-test-accounts",
        "dynamodb:Query on farebox-test-accounts",
        "dynamodb:PutItem on farebox-test-accounts",
        "dynamodb:UpdateItem on farebox-test-accounts",
      ],
    ],
    [
      "audit",
      [
        "dynamodb:GetItem on farebox-test-directory",
        "dynamodb:Query on farebox-test-directory",
        "dynamodb:GetItem on farebox-test-accounts",
        "dynamodb:Query on farebox-test-accounts",
        "s3:GetObject on farebox-test-archive-123456789012-us-east-1/*",
        "s3:ListBucket on farebox-test-archive-123456789012-us-east-1",
        "kms:Decrypt on key where kms:ViaService is s3.us-east-1.amazonaws.com",
      ],
    ],
    ["invoices", ["dynamodb:Query on farebox-test-accounts"]],
    ["invoice", ["dynamodb:GetItem on farebox-test-accounts"]],
    [
      "files",
      [
        "dynamodb:GetItem on farebox-test-accounts",
        "dynamodb:PutItem on farebox-test-accounts",
        "dynamodb:Query on farebox-test-accounts",
        "dynamodb:UpdateItem on farebox-test-accounts",
        "dynamodb:DeleteItem on farebox-test-accounts",
        "s3:GetObject on farebox-test-files-123456789012-us-east-1/*",
        "s3:PutObject on farebox-test-files-123456789012-us-east-1/*",
        "s3:DeleteObject on farebox-test-files-123456789012-us-east-1/*",
        "s3:ListBucket on farebox-test-files-123456789012-us-east-1",
        "kms:GenerateDataKey on key where kms:ViaService is s3.us-east-1.amazonaws.com",
        "kms:Decrypt on key where kms:ViaService is s3.us-east-1.amazonaws.com",
      ],
    ],
    [
      "file-content",
      [
        "dynamodb:GetItem on farebox-test-accounts",
        "dynamodb:UpdateItem on farebox-test-accounts",
        "s3:GetObject on farebox-test-files-123456789012-us-east-1/*",
        "s3:ListBucket on farebox-test-files-123456789012-us-east-1",
        "kms:Decrypt on key where kms:ViaService is s3.us-east-1.amazonaws.com",
      ],
    ],
    [
      "batches",
      [
        "dynamodb:GetItem on farebox-test-accounts",
        "dynamodb:PutItem on farebox-test-accounts",
        "dynamodb:Query on farebox-test-accounts",
        "dynamodb:UpdateItem on farebox-test-accounts",
        "s3:GetObject on farebox-test-files-123456789012-us-east-1/*",
        "s3:ListBucket on farebox-test-files-123456789012-us-east-1",
        "kms:Decrypt on key where kms:ViaService is s3.us-east-1.amazonaws.com",
        "sqs:SendMessage on farebox-test-batches",
      ],
    ],
    [
      "run-batch",
      [
        "dynamodb:GetItem on farebox-test-directory",
        "dynamodb:Query on farebox-test-directory",
        "dynamodb:PutItem on farebox-test-usage",
        "dynamodb:Query on farebox-test-usage",
        "dynamodb:GetItem on farebox-test-accounts",
        "dynamodb:PutItem on farebox-test-accounts",
        "dynamodb:Query on farebox-test-accounts",
        "dynamodb:UpdateItem on farebox-test-accounts",
        "s3:GetObject on farebox-test-files-123456789012-us-east-1/*",
        "s3:PutObject on farebox-test-files-123456789012-us-east-1/*",
        "s3:DeleteObject on farebox-test-files-123456789012-us-east-1/*",
        "s3:ListBucket on farebox-test-files-123456789012-us-east-1",
        "kms:GenerateDataKey on key where kms:ViaService is s3.us-east-1.amazonaws.com",
        "kms:Decrypt on key where kms:ViaService is s3.us-east-1.amazonaws.com",
        "sagemaker:InvokeEndpoint on farebox-test-tiny-chat-1-0-0",
        "sagemaker:InvokeEndpointWithResponseStream on farebox-test-tiny-chat-1-0-0",
        "sqs:SendMessage on farebox-test-batches",
        "sqs:ReceiveMessage on farebox-test-batches",
        "sqs:DeleteMessage on farebox-test-batches",
        "sqs:GetQueueAttributes on farebox-test-batches",
        "sqs:ChangeMessageVisibility on farebox-test-batches",
      ],
    ],
    [
      "close-month",
      [
        "dynamodb:GetItem on farebox-test-directory",
        "dynamodb:Query on farebox-test-directory",
        "dynamodb:GetItem on farebox-test-accounts",
        "dynamodb:Query on farebox-test-accounts",
        "dynamodb:PutItem on farebox-test-accounts",
        "dynamodb:UpdateItem on farebox-test-accounts",
      ],
    ],
    [
      "rebalance",
      [
        "dynamodb:Query on farebox-test-directory",
        "dynamodb:Query on farebox-test-usage",
        "dynamodb:PutItem on farebox-test-usage",
        "dynamodb:GetItem on farebox-test-accounts",
        "dynamodb:Query on farebox-test-accounts",
        "dynamodb:PutItem on farebox-test-accounts",
        "dynamodb:UpdateItem on farebox-test-accounts",
      ],
    ],
    ["health", ["dynamodb:GetItem on farebox-test-directory"]],
    [
      "publish-catalogue",
      [
        "dynamodb:Query on farebox-test-directory",
        "dynamodb:PutItem on farebox-test-directory",
        "dynamodb:UpdateItem on farebox-test-directory",
        "dynamodb:DeleteItem on farebox-test-directory",
      ],
    ],
  ])("%s", (name, grants) => {
    expect(grantsUnder(`farebox-test-${name}`)).toEqual(new Set([...always(name), ...grants]));
  });

  test("find-stream asks what a table is, and may not read it", () => {
    const [, ...log] = always("find-stream");
    const grants = [...log, "dynamodb:DescribeTable on farebox-test-accounts"];
    expect(grantsUnder("farebox-test-find-stream")).toEqual(new Set(grants));
  });

  test("and nothing else runs under a role of ours", () => {
    const known = [...functionNames.map((name) => `farebox-test-${name}`), "a model"];
    expect(new Set(roles.map(({ name }) => name))).toEqual(new Set(known));
    expect(roles).toHaveLength(known.length);
  });
});

test("nothing that runs can remove or change an archived event, or end its retention", () => {
  const onArchive = roles.flatMap(({ grants = [] }) =>
    [...grants].filter((grant) => grant.includes("-archive-")),
  );
  expect(new Set(onArchive.map((grant) => grant.split(" ")[0]))).toEqual(
    new Set(["s3:PutObject", "s3:GetObject", "s3:ListBucket"]),
  );
});

test("an endpoint reads its own artifact version, pulls its image, and writes its own log", () => {
  const bucket = "farebox-test-artifacts-123456789012-us-east-1";
  const log = "/aws/sagemaker/Endpoints/farebox-test-tiny-chat-1-0-0";
  const repository = "cdk-hnb659fds-container-assets-123456789012-us-east-1";
  expect(grantsUnder("a model")).toEqual(
    new Set([
      `s3:GetObject on ${bucket}/models/tiny-chat/1.0.0/*`,
      `s3:ListBucket on ${bucket} where s3:prefix is models/tiny-chat/1.0.0/*`,
      "kms:Decrypt on key",
      "ecr:GetAuthorizationToken on *",
      `ecr:BatchCheckLayerAvailability on ${repository}`,
      `ecr:BatchGetImage on ${repository}`,
      `ecr:GetDownloadUrlForLayer on ${repository}`,
      `logs:CreateLogStream on ${log}`,
      `logs:DescribeLogStreams on ${log}`,
      `logs:PutLogEvents on ${log}`,
    ]),
  );
});
