import { isObject, listAt, objectAt, textAt } from "../json-value.ts";

/** What the intrinsic functions of one stack can see. */
export interface IntrinsicScope {
  readonly stackName: string;
  readonly region: string;
  /** A pseudo parameter, a parameter or a resource; undefined for `AWS::NoValue`. */
  ref(name: string): unknown;
  attribute(logicalId: string, attribute: string): unknown;
  condition(name: string): boolean;
  mapping(map: string, top: string, second: string): unknown;
  /** An export of any stack of the same account and region. */
  importValue(exportName: string): unknown;
  /** An output of any stack of the same account: the CDK's weak cross-stack reference. */
  stackOutput(stackName: string, outputName: string, region: string): unknown;
}

type Intrinsic = (argument: unknown, scope: IntrinsicScope) => unknown;

const joinable = (value: unknown, scope: IntrinsicScope): string => {
  const resolved = resolve(value, scope);
  if (typeof resolved === "string" || typeof resolved === "number" || typeof resolved === "boolean")
    return String(resolved);
  throw new Error(`${scope.stackName}: ${JSON.stringify(value)} does not resolve to text`);
};

const pair = (argument: unknown, name: string): readonly [unknown, unknown] => {
  const [first, second] = listAt(argument, name);
  return [first, second];
};

const truth = (value: unknown, scope: IntrinsicScope): boolean => {
  const resolved = resolve(value, scope);
  if (typeof resolved !== "boolean") throw new Error(`${scope.stackName}: condition is not a boolean`);
  return resolved;
};

const getAttribute: Intrinsic = (argument, scope) => {
  const [logicalId, ...rest] = Array.isArray(argument)
    ? argument.map((part) => joinable(part, scope))
    : textAt(argument, "Fn::GetAtt").split(".");
  return scope.attribute(textAt(logicalId, "Fn::GetAtt"), rest.join("."));
};

const substitute: Intrinsic = (argument, scope) => {
  const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const own = objectAt(variables ?? {}, "Fn::Sub");
  return textAt(template, "Fn::Sub").replaceAll(/\$\{([^}]+)\}/g, (_whole, name: string) => {
    if (name.startsWith("!")) return `\${${name.slice(1)}}`;
    if (name in own) return joinable(own[name], scope);
    return name.includes(".") ? joinable({ "Fn::GetAtt": name }, scope) : joinable({ Ref: name }, scope);
  });
};

const select: Intrinsic = (argument, scope) => {
  const [index, list] = pair(argument, "Fn::Select");
  const position = Number(joinable(index, scope));
  const entries = listAt(resolve(list, scope), "Fn::Select");
  if (!(position in entries)) throw new Error(`${scope.stackName}: Fn::Select has no element ${position}`);
  return entries[position];
};

const getStackOutput: Intrinsic = (argument, scope) => {
  const { StackName, OutputName, Region, RoleArn } = objectAt(resolve(argument, scope), "Fn::GetStackOutput");
  if (RoleArn !== undefined)
    throw new Error(`${scope.stackName}: Fn::GetStackOutput with RoleArn is not modelled locally`);
  return scope.stackOutput(
    textAt(StackName, "Fn::GetStackOutput"),
    textAt(OutputName, "Fn::GetStackOutput"),
    textAt(Region ?? scope.region, "Fn::GetStackOutput"),
  );
};

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, scope) => scope.ref(textAt(argument, "Ref")),
  Condition: (argument, scope) => scope.condition(textAt(argument, "Condition")),
  "Fn::GetAtt": getAttribute,
  "Fn::Sub": substitute,
  "Fn::Select": select,
  "Fn::GetStackOutput": getStackOutput,
  "Fn::Join": (argument, scope) => {
    const [separator, parts] = pair(argument, "Fn::Join");
    return listAt(resolve(parts, scope), "Fn::Join")
      .map((part) => joinable(part, scope))
      .join(textAt(separator, "Fn::Join"));
  },
  "Fn::Split": (argument, scope) => {
    const [separator, text] = pair(argument, "Fn::Split");
    return joinable(text, scope).split(textAt(separator, "Fn::Split"));
  },
  "Fn::If": (argument, scope) => {
    const [condition, yes, no] = listAt(argument, "Fn::If");
    return resolve(scope.condition(textAt(condition, "Fn::If")) ? yes : no, scope);
  },
  "Fn::Equals": (argument, scope) => {
    const [left, right] = pair(argument, "Fn::Equals");
    return joinable(left, scope) === joinable(right, scope);
  },
  "Fn::And": (argument, scope) => listAt(argument, "Fn::And").every((part) => truth(part, scope)),
  "Fn::Or": (argument, scope) => listAt(argument, "Fn::Or").some((part) => truth(part, scope)),
  "Fn::Not": (argument, scope) => !listAt(argument, "Fn::Not").every((part) => truth(part, scope)),
  "Fn::FindInMap": (argument, scope) => {
    const [map, top, second] = listAt(argument, "Fn::FindInMap").map((part) => joinable(part, scope));
    return scope.mapping(
      textAt(map, "Fn::FindInMap"),
      textAt(top, "Fn::FindInMap"),
      textAt(second, "Fn::FindInMap"),
    );
  },
  "Fn::Base64": (argument, scope) => Buffer.from(joinable(argument, scope)).toString("base64"),
  "Fn::ToJsonString": (argument, scope) => JSON.stringify(resolve(argument, scope)),
  "Fn::ImportValue": (argument, scope) => scope.importValue(joinable(argument, scope)),
};

/** Resolves a template value: intrinsic functions are evaluated, `AWS::NoValue` removes its property or element. */
export const resolve = (value: unknown, scope: IntrinsicScope): unknown => {
  if (Array.isArray(value))
    return value.map((part) => resolve(part, scope)).filter((part) => part !== undefined);
  if (!isObject(value)) return value;
  const [name, ...others] = Object.keys(value);
  // An IAM statement also has a key called `Condition`; as an intrinsic its argument is a condition's name.
  const isCall =
    name !== undefined && others.length === 0 && !(name === "Condition" && isObject(value[name]));
  const intrinsic = isCall ? intrinsics[name] : undefined;
  if (isCall && intrinsic !== undefined) return intrinsic(value[name], scope);
  if (name?.startsWith("Fn::"))
    throw new Error(`${scope.stackName}: intrinsic ${name} is not modelled locally`);
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, part]) => [key, resolve(part, scope)] as const)
      .filter(([, part]) => part !== undefined),
  );
};
