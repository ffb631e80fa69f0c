import { Duration } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { Construct } from "constructs";
import type { FareboxFunction } from "./farebox-function.ts";

/** Calls a function every hour. Lambda repeats a call that fails, so it must bear being called again for the same hour. */
export const hourly = (scope: Construct, id: string, to: FareboxFunction, description: string): Rule =>
  new Rule(scope, id, {
    description,
    schedule: Schedule.rate(Duration.hours(1)),
    targets: [new LambdaFunction(to.lambda)],
  });
