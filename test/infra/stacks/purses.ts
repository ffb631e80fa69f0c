import { describe, expect, test } from "vitest";
import { exampleConfig } from "../example-config.ts";
import { synthesize } from "./synthesize.ts";

const synthesized = synthesize(exampleConfig({ regions: ["us-east-1", "eu-west-1"] }));

describe("wallets are rebalanced", () => {
  test.each(["us-east-1", "eu-west-1"])("in %s, by a run that is over before the next begins", (region) => {
    const template = synthesized.template(`purses-${region}`);
    template.hasResourceProperties("AWS::Events::Rule", {
      ScheduleExpression: "rate(5 minutes)",
      State: "ENABLED",
    });
    template.hasResourceProperties("AWS::Lambda::Function", { Timeout: 240 });
    const [permission, ...others] = Object.values(template.findResources("AWS::Lambda::Permission"));
    expect(others).toEqual([]);
    expect(permission?.["Properties"]).toMatchObject({
      Principal: "events.amazonaws.com",
      SourceArn: { "Fn::GetAtt": [expect.stringMatching(/^RebalanceWallets/), "Arn"] },
    });
  });

  test("or somebody is told", () => {
    const alarms = Object.values(
      synthesized.template("purses-us-east-1").findResources("AWS::CloudWatch::Alarm"),
    );
    const metrics = new Set(alarms.map(({ Properties: { MetricName: name } }) => name));
    expect(metrics).toEqual(new Set(["Errors", "RebalancingRunsCutShort", "WalletsNotRebalanced"]));
  });
});
