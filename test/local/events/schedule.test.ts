import { expect, test } from "vitest";
import { parseSchedule } from "../../../local/events/schedule-expression.ts";
import { startSchedules, type Schedules } from "../../../local/events/start-schedules.ts";
import type { LogEvent } from "../../../local/log-event.ts";
import { fakeDeployment, type FakeResource } from "../api-gateway/fake-deployment.ts";
import {
  failure,
  fakeFunction,
  fakeFunctions,
  functionArn,
  payload,
  type FakeFunction,
} from "../api-gateway/fake-function.ts";
import { fakeClock, type FakeClock } from "./fake-clock.ts";

const minuteMs = 60_000;

const rule = (properties: Record<string, unknown>): Record<string, FakeResource> => ({
  Rule: {
    type: "AWS::Events::Rule",
    properties: {
      ScheduleExpression: "rate(5 minutes)",
      State: "ENABLED",
      Targets: [{ Id: "Target0", Arn: functionArn("job") }],
      ...properties,
    },
    attributes: { Arn: "arn:aws:events:eu-west-1:111111111111:rule/Rule" },
  },
});

function start(
  resources: Record<string, FakeResource>,
  job: FakeFunction,
): { readonly clock: FakeClock; readonly schedules: Schedules; readonly log: readonly LogEvent[] } {
  const clock = fakeClock();
  const log: LogEvent[] = [];
  const schedules = startSchedules(fakeDeployment(resources), fakeFunctions(job), clock, (event) =>
    log.push(event),
  );
  return { clock, schedules, log };
}

test("a rate fires at every interval, with EventBridge's event", async () => {
  const job = fakeFunction("job", () => payload(null));
  const { clock, schedules } = start(rule({}), job);
  await clock.advance(5 * minuteMs - 1);
  expect(job.events).toEqual([]);
  await clock.advance(10 * minuteMs + 1);
  await schedules.stop();
  expect(job.events).toHaveLength(3);
  expect(job.events[0]).toEqual({
    version: "0",
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: "111111111111",
    time: "2026-11-23T12:05:00Z",
    region: "eu-west-1",
    resources: ["arn:aws:events:eu-west-1:111111111111:rule/Rule"],
    detail: {},
  });
});

test("a cron rule that is weeks away fires on its minute, once", async () => {
  const job = fakeFunction("job", () => payload(null));
  const { clock, schedules } = start(rule({ ScheduleExpression: "cron(0 3 1 JAN ? 2027)" }), job);
  await clock.advance(Date.UTC(2027, 0, 1, 3) - clock.now() - 1);
  expect(job.events).toEqual([]);
  await clock.advance(24 * 60 * minuteMs);
  await schedules.stop();
  expect(job.events).toHaveLength(1);
});

test("a target's own input replaces the event", async () => {
  const job = fakeFunction("job", () => payload(null));
  const Targets = [{ Id: "Target0", Arn: functionArn("job"), Input: '{"audit":true}' }];
  const { schedules } = start(rule({ Targets }), job);
  expect(await schedules.fire("Rule")).toEqual(["succeeded"]);
  expect(job.events).toEqual([{ audit: true }]);
  await schedules.stop();
});

test("a failing function is tried again after one and after two minutes, then given up", async () => {
  const job = fakeFunction("job", () => failure("boom"));
  const { clock, schedules, log } = start(rule({ ScheduleExpression: "rate(1 day)" }), job);
  const fired = schedules.fire("Rule");
  await clock.advance(minuteMs - 1);
  expect(job.events).toHaveLength(1);
  await clock.advance(1);
  expect(job.events).toHaveLength(2);
  await clock.advance(2 * minuteMs);
  expect(job.events).toHaveLength(3);
  expect(await fired).toEqual(["gave up"]);
  expect(log).toContainEqual({ kind: "notice", message: "rule Rule invoked job: gave up" });
  await schedules.stop();
});

test("the function's own retry limit is obeyed", async () => {
  const job = fakeFunction("job", () => failure("boom"));
  const { schedules } = start(
    {
      ...rule({}),
      Config: {
        type: "AWS::Lambda::EventInvokeConfig",
        properties: { FunctionName: "job", Qualifier: "$LATEST", MaximumRetryAttempts: 0 },
      },
    },
    job,
  );
  expect(await schedules.fire("Rule")).toEqual(["gave up"]);
  expect(job.events).toHaveLength(1);
  await schedules.stop();
});

test("a disabled rule fires on demand only", async () => {
  const job = fakeFunction("job", () => payload(null));
  const { clock, schedules } = start(rule({ State: "DISABLED" }), job);
  await clock.advance(60 * minuteMs);
  expect(job.events).toEqual([]);
  await schedules.fire("Rule");
  expect(job.events).toHaveLength(1);
  await schedules.stop();
});

test("stopping ends pending retries", async () => {
  const job = fakeFunction("job", () => failure("boom"));
  const { clock, schedules } = start(rule({}), job);
  const fired = schedules.fire("Rule");
  await clock.advance(0);
  await schedules.stop();
  expect(await fired).toEqual(["stopped"]);
});

test("a rule without a Lambda permission does not start", () => {
  const job = fakeFunction(
    "job",
    () => payload(null),
    () => false,
  );
  expect(() => start(rule({}), job)).toThrow("no Lambda permission");
});

test.each([
  ["EventPattern", rule({ EventPattern: { source: ["aws.s3"] } })],
  ["InputPath", rule({ Targets: [{ Id: "T", Arn: functionArn("job"), InputPath: "$.detail" }] })],
  ["DeadLetterConfig", rule({ Targets: [{ Id: "T", Arn: functionArn("job"), DeadLetterConfig: {} }] })],
  ["AWS::Scheduler::Schedule", { S: { type: "AWS::Scheduler::Schedule", properties: {} } }],
])("%s is refused by name", (named, resources) => {
  expect(() =>
    start(
      resources,
      fakeFunction("job", () => payload(null)),
    ),
  ).toThrow(named);
});

test.each([
  "rate(1 minutes)",
  "rate(5 minute)",
  "rate(0 minutes)",
  "rate(5 weeks)",
  "at(2026-01-01T00:00:00)",
])("%s is refused", (expression) => {
  expect(() => parseSchedule(expression, 0)).toThrow("is not understood");
});
