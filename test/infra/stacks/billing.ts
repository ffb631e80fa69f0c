import { describe, expect, test } from "vitest";
import { exampleConfig } from "../example-config.ts";
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
      ScheduleExpression: "cron(40 * * * ? *)",
      State: "ENABLED",
    });
    const permissions = Object.values(template.findResources("AWS::Lambda::Permission"));
    const ofCloseMonth = permissions.filter(({ Properties: { FunctionName: to } }) =>
      to["Fn::GetAtt"][0].startsWith("CloseMonth"),
    );
    expect(ofCloseMonth.map(({ Properties: properties }) => properties)).toMatchObject([
      {
        Principal: "events.amazonaws.com",
        SourceArn: { "Fn::GetAtt": [expect.stringMatching(/^CloseMonths/), "Arn"] },
      },
    ]);
  });

  test("or somebody is told", () => {
    const alarms = Object.values(template.findResources("AWS::CloudWatch::Alarm"));
    expect(alarms.map(({ Properties: { MetricName: name } }) => name)).toEqual([
      "BrokenAudits",
      "FailedAudits",
      "UsageNotPosted",
      "MonthsNotClosed",
      "Errors",
      "Errors",
      "Errors",
    ]);
  });
});

describe("the books", () => {
  test("are posted every hour and audited every day, after the day's last hour is posted", () => {
    const schedules = Object.entries(template.findResources("AWS::Events::Rule")).map(
      ([id, { Properties: properties }]) => [id.slice(0, -8), properties.ScheduleExpression],
    );
    expect(Object.fromEntries(schedules)).toEqual({
      PostUsageHourly: "cron(20 * * * ? *)",
      CloseMonths: "cron(40 * * * ? *)",
      AuditDaily: "cron(0 4 * * ? *)",
    });
  });

  test("are audited from the archives of all regions", () => {
    const functions = Object.values(template.findResources("AWS::Lambda::Function"));
    const audit = functions.find(({ Properties: { FunctionName: name } }) => name === "farebox-test-audit");
    expect(audit?.["Properties"].Environment.Variables.FAREBOX_ARCHIVE_BUCKETS).toBe(
      "us-east-1=farebox-test-archive-123456789012-us-east-1,eu-west-1=farebox-test-archive-123456789012-eu-west-1",
    );
  });
});
