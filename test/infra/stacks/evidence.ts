import { expect, test } from "vitest";
import { usageEventPrefix } from "../../../functions/contract.ts";
import { sampleUsageEvent } from "../../support/samples.ts";
import { exampleConfig } from "../example-config.ts";
import { synthesize } from "./synthesize.ts";

const evidence = (overrides: Parameters<typeof exampleConfig>[0] = {}) => {
  const template = synthesize(exampleConfig(overrides)).template("evidence-us-east-1");
  return (type: string) =>
    Object.values(template.findResources(type)).map(({ Properties: properties }) => properties);
};
const propertiesOf = evidence();

test("every new usage event reaches roll-up, from the stream's beginning, for as long as the stream has it", () => {
  const [mapping] = propertiesOf("AWS::Lambda::EventSourceMapping");
  expect(mapping).toMatchObject({
    EventSourceArn: { "Fn::GetStackOutput": { StackName: "farebox-test-data-us-east-1" } },
    FunctionName: { Ref: expect.stringMatching(/^RollUp/) },
    StartingPosition: "TRIM_HORIZON",
    MaximumRetryAttempts: -1,
    FunctionResponseTypes: ["ReportBatchItemFailures"],
    BisectBatchOnFunctionError: true,
  });
  // Not given: no record is ever too old.
  expect(mapping).not.toHaveProperty("MaximumRecordAgeInSeconds");
});

test("every write that closes leases of a wallet reaches record-closings, and no other write of that table", () => {
  const [, mapping, ...others] = propertiesOf("AWS::Lambda::EventSourceMapping");
  expect(others).toEqual([]);
  expect(mapping).toMatchObject({
    EventSourceArn: { "Fn::GetAtt": [expect.stringMatching(/^AccountsStream/), "StreamArn"] },
    FunctionName: { Ref: expect.stringMatching(/^RecordClosings/) },
    StartingPosition: "TRIM_HORIZON",
    MaximumRetryAttempts: -1,
    FunctionResponseTypes: ["ReportBatchItemFailures"],
  });
  const [pattern] = mapping?.FilterCriteria.Filters ?? [];
  expect(JSON.parse(pattern.Pattern)).toEqual({
    eventName: ["MODIFY"],
    dynamodb: {
      Keys: { pk: { S: [{ prefix: "wallet:" }] }, sk: { S: [{ prefix: "CELL#us-east-1#" }] } },
      NewImage: { closed: { S: [{ exists: true }] } },
    },
  });
});

test("the mappings have windows, without which the shard is not told, and one batch of a shard at a time", () => {
  for (const mapping of propertiesOf("AWS::Lambda::EventSourceMapping"))
    expect(mapping).toMatchObject({ TumblingWindowInSeconds: 60, ParallelizationFactor: 1 });
});

test("only what is inserted under a request's id is delivered", () => {
  const [mapping] = propertiesOf("AWS::Lambda::EventSourceMapping");
  const patterns = mapping?.FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) =>
    JSON.parse(Pattern),
  );
  expect(patterns).toEqual([
    { eventName: ["INSERT"], dynamodb: { Keys: { sk: { S: [{ prefix: usageEventPrefix }] } } } },
  ]);
  expect(sampleUsageEvent.request.startsWith(usageEventPrefix)).toBe(true);
});

test("the archive locks what is put into it, by default in a way that an administrator can undo", () => {
  expect(propertiesOf("AWS::S3::Bucket")).toMatchObject([
    {
      BucketName: "farebox-test-archive-123456789012-us-east-1",
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: 400 } } },
    },
  ]);
});

test("a configuration can have it locked for everybody, for longer", () => {
  const [bucket] = evidence({ archive: { mode: "compliance", retentionDays: 3650 } })("AWS::S3::Bucket");
  expect(bucket?.ObjectLockConfiguration.Rule).toEqual({
    DefaultRetention: { Mode: "COMPLIANCE", Days: 3650 },
  });
});

test("evidence that does not fit together, or is late, raises an alarm", () => {
  expect(propertiesOf("AWS::Logs::MetricFilter").map(({ FilterPattern: pattern }) => pattern)).toEqual([
    '{ $.event = "archive_conflict" }',
    '{ $.event = "roll_up_failed" }',
    '{ $.event = "usage_event_unreadable" }',
    '{ $.event = "archive_conflict" }',
    '{ $.event = "closings_not_recorded" }',
    '{ $.event = "closing_unreadable" }',
  ]);
  expect(propertiesOf("AWS::CloudWatch::Alarm")).toMatchObject([
    { Namespace: "Farebox/test", MetricName: "ArchiveConflicts", Threshold: 1 },
    { Namespace: "Farebox/test", MetricName: "RollUpFailures", Threshold: 1 },
    { Namespace: "Farebox/test", MetricName: "UnreadableUsageEvents", Threshold: 1 },
    { Namespace: "Farebox/test", MetricName: "ArchiveConflicts", Threshold: 1 },
    { Namespace: "Farebox/test", MetricName: "ClosingsNotRecorded", Threshold: 1 },
    { Namespace: "Farebox/test", MetricName: "UnreadableClosings", Threshold: 1 },
    { Namespace: "AWS/Lambda", MetricName: "IteratorAge", Threshold: 15 * 60_000 },
    { Namespace: "AWS/Lambda", MetricName: "IteratorAge", Threshold: 15 * 60_000 },
  ]);
});
