import { z } from "zod";
import type { Deployment } from "../cloudformation/template.ts";
import { parseProperties } from "../kms/parse-properties.ts";
import type { FunctionRunner, Functions } from "../lambda/function-runner.ts";
import { defaultAsyncPolicy, type AsyncPolicy } from "./invoke-asynchronously.ts";

const schema = z.strictObject({
  FunctionName: z.string(),
  Qualifier: z.literal("$LATEST"),
  MaximumRetryAttempts: z.number().int().min(0).max(2).optional(),
  MaximumEventAgeInSeconds: z.number().int().min(60).max(21_600).optional(),
});

/** Reads every `AWS::Lambda::EventInvokeConfig`. Destinations are refused: nothing would receive them here. */
export function readAsyncPolicies(
  deployment: Deployment,
  functions: Functions,
): (runner: FunctionRunner) => AsyncPolicy {
  const policies = new Map<string, AsyncPolicy>();
  for (const resource of deployment.resources("AWS::Lambda::EventInvokeConfig")) {
    const properties = parseProperties(resource, schema);
    const age = properties.MaximumEventAgeInSeconds;
    policies.set(functions.find(properties.FunctionName, resource.stack.region).arn, {
      retryAttempts: properties.MaximumRetryAttempts ?? defaultAsyncPolicy.retryAttempts,
      eventAgeMsMax: age === undefined ? defaultAsyncPolicy.eventAgeMsMax : age * 1000,
    });
  }
  return (runner) => policies.get(runner.arn) ?? defaultAsyncPolicy;
}
