import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Resource } from "../cloudformation/template.ts";
import { inert, parseProperties } from "../kms/parse-properties.ts";
import type { FunctionRunner, Functions } from "../lambda/function-runner.ts";
import { parseSchedule, type Schedule } from "./schedule-expression.ts";

/** An EventBridge rule with a schedule. */
export type ScheduleRule = {
  readonly name: string;
  readonly enabled: boolean;
  readonly schedule: Schedule;
  readonly targets: readonly ScheduleTarget[];
};

export type ScheduleTarget = {
  readonly runner: FunctionRunner;
  /** The target's constant input, or else EventBridge's own event. */
  readonly eventJson: (firedAtMs: number) => string;
};

// A target with a role, a dead letter queue, InputPath or InputTransformer is refused: none of them is modelled.
const targetSchema = z.strictObject({
  Id: z.string(),
  Arn: z.string(),
  Input: z.string().optional(),
  // About delivery to Lambda, which cannot fail here; a failing function is Lambda's own affair.
  RetryPolicy: inert,
});

const schema = z.strictObject({
  ScheduleExpression: z.string("only rules with a schedule are modelled locally"),
  Targets: z.array(targetSchema).default([]),
  State: z.enum(["ENABLED", "DISABLED"]).default("ENABLED"),
  EventBusName: z.literal("default").optional(),
  Name: inert,
  Description: inert,
  Tags: inert,
});

/** Refuses a rule that has no permission to invoke its targets: deployed, it would fail without anyone noticing. */
export function readScheduleRule(resource: Resource, functions: Functions, nowMs: number): ScheduleRule {
  const properties = parseProperties(resource, schema);
  const { account, region } = resource.stack;
  const ruleArn = resource.attribute("Arn");
  return {
    name: resource.ref,
    enabled: properties.State === "ENABLED",
    schedule: parseSchedule(properties.ScheduleExpression, nowMs),
    targets: properties.Targets.map(({ Arn, Input }) => {
      const runner = functions.find(Arn, region);
      if (!runner.permits("events.amazonaws.com", ruleArn)) {
        throw new Error(`no Lambda permission lets rule ${ruleArn} invoke ${runner.name}`);
      }
      return {
        runner,
        eventJson: (firedAtMs) =>
          Input ?? JSON.stringify(scheduledEvent({ account, region, ruleArn, firedAtMs })),
      };
    }),
  };
}

/** EventBridge's event of a schedule; its time has whole seconds. */
function scheduledEvent(rule: {
  readonly account: string;
  readonly region: string;
  readonly ruleArn: string;
  readonly firedAtMs: number;
}): Readonly<Record<string, unknown>> {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: rule.account,
    time: `${new Date(rule.firedAtMs).toISOString().slice(0, 19)}Z`,
    region: rule.region,
    resources: [rule.ruleArn],
    detail: {},
  };
}
