import { expect, test } from "vitest";
import { exampleConfig } from "../example-config.ts";
import { synthesize } from "./synthesize.ts";

const template = synthesize(exampleConfig()).template("batches-us-east-1");

const propertiesOf = (type: string) =>
  Object.values(template.findResources(type)).map(({ Properties: properties }) => properties);

test("runners take one message each, and are few enough to leave the models to requests", () => {
  expect(propertiesOf("AWS::Lambda::EventSourceMapping")).toMatchObject([
    {
      BatchSize: 1,
      ScalingConfig: { MaximumConcurrency: 10 },
      FunctionResponseTypes: ["ReportBatchItemFailures"],
    },
  ]);
});

test("a message is hidden for six times as long as a runner may work on it, and given up on after five", () => {
  const [runner] = propertiesOf("AWS::Lambda::Function");
  const queue = propertiesOf("AWS::SQS::Queue").find(
    ({ QueueName: name }) => name === "farebox-test-batches",
  );
  expect(runner?.["Timeout"]).toBe(900);
  expect(queue).toMatchObject({
    VisibilityTimeout: 5400,
    RedrivePolicy: { maxReceiveCount: 5 },
    SqsManagedSseEnabled: true,
  });
});

test("batches that do not get on, and money that is not on record, are told of", () => {
  const metrics = propertiesOf("AWS::CloudWatch::Alarm").map(({ MetricName: name }) => name);
  expect(new Set(metrics)).toEqual(
    new Set([
      "ApproximateNumberOfMessagesVisible",
      "ApproximateAgeOfOldestMessage",
      "UnrecordedUsageEvents",
      "LateUsageEvents",
    ]),
  );
});
