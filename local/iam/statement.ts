import type { AccessCheck, Caller, PolicyStatement } from "../aws-service.ts";
import { substituteVariables, type ConditionContext } from "./condition-context.ts";
import { conditionsHold } from "./condition.ts";
import { matchesAction, matchesArn, matchesPattern } from "./pattern.ts";

const asList = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

const coversAction = (statement: PolicyStatement, action: string): boolean =>
  statement.NotAction === undefined
    ? asList(statement.Action).some((pattern) => matchesAction(pattern, action))
    : !asList(statement.NotAction).some((pattern) => matchesAction(pattern, action));

const coversResource = (statement: PolicyStatement, resource: string, context: ConditionContext): boolean => {
  const matches = (pattern: string): boolean => {
    const substituted = substituteVariables(pattern, context);
    if (substituted === undefined) return false;
    return resource.startsWith("arn:")
      ? matchesArn(substituted, resource)
      : matchesPattern(substituted, resource);
  };
  if (statement.NotResource !== undefined) return !asList(statement.NotResource).some(matches);
  // A role's trust policy and some resource policies name no resource: they speak of the one they are attached to.
  return statement.Resource === undefined || asList(statement.Resource).some(matches);
};

/** Whether a statement speaks of this action on this resource, under its conditions. Says nothing about who. */
export const statementApplies = (
  statement: PolicyStatement,
  check: AccessCheck,
  context: ConditionContext,
): boolean =>
  coversAction(statement, check.action) &&
  coversResource(statement, check.resource, context) &&
  conditionsHold(statement.Condition, context);

/** Whom a resource policy's statement names: the caller, the caller's whole account (which hands over to IAM), or others. */
export const principalOf = (statement: PolicyStatement, caller: Caller): "caller" | "account" | "others" => {
  if (statement.Principal === "*") return "caller";
  const names = asList(statement.Principal?.["AWS"]);
  if (names.some((name) => name === "*" || name === caller.roleArn || name === caller.sessionArn))
    return "caller";
  const root = `arn:aws:iam::${caller.account}:root`;
  return names.some((name) => name === caller.account || name === root) ? "account" : "others";
};
