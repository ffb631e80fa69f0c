import { Duration } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { Construct } from "constructs";
import type { FareboxFunction } from "./farebox-function.ts";

/** Calls a function every hour, at a minute of it. Lambda repeats a call that fails, so it must bear being called again for the same hour. */
export const hourly = (
  scope: Construct,
  id: string,
  { minute }: { readonly minute: number },
  to: FareboxFunction,
  description: string,
): Rule => ruleOf(scope, id, Schedule.cron({ minute: `${minute}` }), to, description);

/** Calls a function every so many minutes, more than one: the same holds. */
export const everyMinutes = (
  scope: Construct,
  id: string,
  minutes: number,
  to: FareboxFunction,
  description: string,
): Rule => ruleOf(scope, id, Schedule.rate(Duration.minutes(minutes)), to, description);

/** Calls a function every day at an hour of UTC. */
export const daily = (
  scope: Construct,
  id: string,
  { hour }: { readonly hour: number },
  to: FareboxFunction,
  description: string,
): Rule => ruleOf(scope, id, Schedule.cron({ hour: `${hour}`, minute: "0" }), to, description);

const ruleOf = (
  scope: Construct,
  id: string,
  schedule: Schedule,
  to: FareboxFunction,
  description: string,
): Rule => new Rule(scope, id, { description, schedule, targets: [new LambdaFunction(to.lambda)] });
