import { BlockList, isIP } from "node:net";
import type { PolicyStatement } from "../aws-service.ts";
import { substituteVariables, type ConditionContext } from "./condition-context.ts";
import { matchesArn, matchesPattern } from "./pattern.ts";

type Comparison = (actual: string, wanted: string) => boolean;

const inRange: Comparison = (actual, wanted) => {
  const [network = "", prefix] = wanted.split("/");
  const family = isIP(network) === 6 ? "ipv6" : "ipv4";
  const list = new BlockList();
  list.addSubnet(network, Number(prefix ?? (family === "ipv6" ? 128 : 32)), family);
  return list.check(actual, isIP(actual) === 6 ? "ipv6" : "ipv4");
};

const comparisons: Readonly<Record<string, Comparison>> = {
  ArnEquals: (actual, wanted) => matchesArn(wanted, actual),
  ArnLike: (actual, wanted) => matchesArn(wanted, actual),
  BinaryEquals: (actual, wanted) => actual === wanted,
  Bool: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  DateEquals: (actual, wanted) => Date.parse(actual) === Date.parse(wanted),
  DateGreaterThan: (actual, wanted) => Date.parse(actual) > Date.parse(wanted),
  DateGreaterThanEquals: (actual, wanted) => Date.parse(actual) >= Date.parse(wanted),
  DateLessThan: (actual, wanted) => Date.parse(actual) < Date.parse(wanted),
  DateLessThanEquals: (actual, wanted) => Date.parse(actual) <= Date.parse(wanted),
  IpAddress: inRange,
  NumericEquals: (actual, wanted) => Number(actual) === Number(wanted),
  NumericGreaterThan: (actual, wanted) => Number(actual) > Number(wanted),
  NumericGreaterThanEquals: (actual, wanted) => Number(actual) >= Number(wanted),
  NumericLessThan: (actual, wanted) => Number(actual) < Number(wanted),
  NumericLessThanEquals: (actual, wanted) => Number(actual) <= Number(wanted),
  StringEquals: (actual, wanted) => actual === wanted,
  StringEqualsIgnoreCase: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  StringLike: (actual, wanted) => matchesPattern(wanted, actual),
};

/** Each negated operator and the comparison that it negates. */
const negations: Readonly<Record<string, string>> = {
  ArnNotEquals: "ArnEquals",
  ArnNotLike: "ArnLike",
  DateNotEquals: "DateEquals",
  NotIpAddress: "IpAddress",
  NumericNotEquals: "NumericEquals",
  StringNotEquals: "StringEquals",
  StringNotEqualsIgnoreCase: "StringEqualsIgnoreCase",
  StringNotLike: "StringLike",
};

type Operator =
  | { readonly kind: "null" }
  | {
      readonly kind: "compare";
      readonly compare: Comparison;
      readonly negated: boolean;
      readonly ifExists: boolean;
      readonly over: "one" | "ForAllValues" | "ForAnyValue";
    };

/** Understands an operator of a policy; refuses one that is not modelled. */
export const parseOperator = (name: string): Operator => {
  const [, quantifier, bare = "", ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(name) ?? [];
  if (bare === "Null") return { kind: "null" };
  const negated = bare in negations;
  const compare = comparisons[negations[bare] ?? bare];
  if (compare === undefined) throw new Error(`IAM condition operator ${name} is not modelled locally`);
  const over = quantifier === "ForAllValues" || quantifier === "ForAnyValue" ? quantifier : "one";
  return { kind: "compare", compare, negated, ifExists: ifExists !== undefined, over };
};

const wantedValues = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).map(String);

const holds = (
  operator: Operator,
  actual: readonly string[] | undefined,
  wanted: readonly string[],
): boolean => {
  if (operator.kind === "null") return wanted.some((value) => (value === "true") === (actual === undefined));
  if (actual === undefined || actual.length === 0)
    return (
      operator.ifExists || (operator.over === "one" ? operator.negated : operator.over === "ForAllValues")
    );
  const matches = (value: string): boolean =>
    operator.negated !== wanted.some((want) => operator.compare(value, want));
  if (operator.over === "ForAllValues") return actual.every(matches);
  // A key with several values and no quantifier is compared by its values together, as AWS does: any for =, all for !=.
  return operator.negated && operator.over === "one" ? actual.every(matches) : actual.some(matches);
};

/** Whether every condition of a statement holds. */
export const conditionsHold = (
  conditions: PolicyStatement["Condition"],
  context: ConditionContext,
): boolean =>
  Object.entries(conditions ?? {}).every(([name, keys]) => {
    const operator = parseOperator(name);
    return Object.entries(keys).every(([key, value]) => {
      const wanted = wantedValues(value)
        .map((text) => substituteVariables(text, context))
        .filter((text) => text !== undefined);
      return holds(operator, context.get(key.toLowerCase()), wanted);
    });
  });
