import { z } from "zod";

/** Whether an event passes. */
export type EventFilter = (event: unknown) => boolean;

/** What a field of the event must satisfy; a missing field is `undefined`. */
type Rule = (value: unknown) => boolean;

const rangeBound = z.union([
  z.literal("="),
  z.literal("<"),
  z.literal("<="),
  z.literal(">"),
  z.literal(">="),
]);
const exactValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const stringRule = z.union([
  z.strictObject({ prefix: z.string() }),
  z.strictObject({ suffix: z.string() }),
  z.strictObject({ "equals-ignore-case": z.string() }),
]);
const ruleSchema = z.union([
  exactValue,
  stringRule,
  z.strictObject({ exists: z.boolean() }),
  z.strictObject({
    "anything-but": z.union([exactValue, z.array(exactValue), z.strictObject({ prefix: z.string() })]),
  }),
  z.strictObject({
    numeric: z.union([
      z.tuple([rangeBound, z.number()]),
      z.tuple([rangeBound, z.number(), rangeBound, z.number()]),
    ]),
  }),
]);
type RuleSource = z.output<typeof ruleSchema>;

const patternSchema = z.record(z.string(), z.unknown());

/** Compiles one `FilterCriteria` pattern. Refuses rules that are not modelled. */
export function compileEventFilter(patternJson: string, where: string): EventFilter {
  return compilePattern(patternSchema.parse(JSON.parse(patternJson)), where);
}

function compilePattern(pattern: Readonly<Record<string, unknown>>, where: string): EventFilter {
  const fields = Object.entries(pattern).map(([name, wanted]): EventFilter => {
    if (name === "$or") {
      const branches = z
        .array(patternSchema)
        .min(1)
        .parse(wanted)
        .map((branch) => compilePattern(branch, where));
      return (event) => branches.some((matches) => matches(event));
    }
    if (Array.isArray(wanted)) {
      const rules = wanted.map((rule) => compileRule(rule, `${where} ${name}`));
      return (event) => matchesAny(rules, field(event, name));
    }
    const nested = patternSchema.safeParse(wanted);
    if (!nested.success) throw new Error(`${where}: filter on ${name} is neither a list nor an object`);
    const matches = compilePattern(nested.data, where);
    return (event) => matches(field(event, name));
  });
  return (event) => fields.every((matches) => matches(event));
}

/** A list in the event passes when one of its items does. */
function matchesAny(rules: readonly Rule[], value: unknown): boolean {
  const candidates: readonly unknown[] = Array.isArray(value) ? value : [value];
  return rules.some((rule) => candidates.some((candidate) => rule(candidate)));
}

function compileRule(source: unknown, where: string): Rule {
  const parsed = ruleSchema.safeParse(source);
  if (!parsed.success)
    throw new Error(`${where}: filter rule ${JSON.stringify(source)} is not modelled locally`);
  return toRule(parsed.data);
}

function toRule(rule: RuleSource): Rule {
  if (rule === null || typeof rule !== "object") return (value) => value === rule;
  if ("exists" in rule) return (value) => (value !== undefined) === rule.exists;
  if ("prefix" in rule) return (value) => typeof value === "string" && value.startsWith(rule.prefix);
  if ("suffix" in rule) return (value) => typeof value === "string" && value.endsWith(rule.suffix);
  if ("equals-ignore-case" in rule) {
    const wanted = rule["equals-ignore-case"].toLowerCase();
    return (value) => typeof value === "string" && value.toLowerCase() === wanted;
  }
  if ("numeric" in rule) {
    const [operator, bound, secondOperator, secondBound] = rule.numeric;
    return (value) =>
      // DynamoDB writes numbers as strings, and a numeric rule does not see those: on AWS neither.
      typeof value === "number" &&
      compare(value, operator, bound) &&
      (secondOperator === undefined ||
        secondBound === undefined ||
        compare(value, secondOperator, secondBound));
  }
  const excluded = rule["anything-but"];
  if (typeof excluded === "object" && excluded !== null && "prefix" in excluded) {
    return (value) => typeof value === "string" && !value.startsWith(excluded.prefix);
  }
  const values: readonly unknown[] = Array.isArray(excluded) ? excluded : [excluded];
  return (value) => value !== undefined && !values.includes(value);
}

function compare(value: number, operator: z.output<typeof rangeBound>, bound: number): boolean {
  switch (operator) {
    case "=":
      return value === bound;
    case "<":
      return value < bound;
    case "<=":
      return value <= bound;
    case ">":
      return value > bound;
    case ">=":
      return value >= bound;
  }
}

function field(event: unknown, name: string): unknown {
  const parsed = patternSchema.safeParse(event);
  return parsed.success && Object.hasOwn(parsed.data, name) ? parsed.data[name] : undefined;
}
