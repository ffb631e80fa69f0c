import { describe, expect, test } from "vitest";
import { exampleConfig } from "./example-config.ts";
import { synthesize } from "./synthesize.ts";

const synthesized = synthesize(exampleConfig({ regions: ["us-east-1", "eu-west-1"] }));
const template = synthesized.template("billing-us-east-1");

describe("months are closed", () => {
  test("at home only: two regions would write the same ledger", () => {
    const stacks = [...synthesized.templates.keys()].filter((stack) => stack.startsWith("billing-"));
    expect(stacks).toEqual(["billing-us-east-1"]);
  });

  test("every hour, by a rule that may call the function and is nobody else's", () => {
    template.hasResourceProperties("AWS::Events::Rule", {
      ScheduleExpression: "rate(1 hour)",
      State: "ENABLED",
    });
    const [permission, ...others] = Object.values(template.findResources("AWS::Lambda::Permission"));
    expect(others).toEqual([]);
    expect(permission?.["Properties"]).toMatchObject({
      Principal: "events.amazonaws.com",
      SourceArn: { "Fn::GetAtt": [expect.stringMatching(/^CloseMonths/), "Arn"] },
    });
  });

  test("or somebody is told", () => {
    const alarms = Object.values(template.findResources("AWS::CloudWatch::Alarm"));
    expect(alarms.map(({ Properties: { MetricName: name } }) => name)).toEqual(["MonthsNotClosed", "Errors"]);
  });
});
