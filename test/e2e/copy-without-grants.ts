import { cpSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";

type Statement = { Action: string | readonly string[] };
type Resource = {
  readonly Type: string;
  readonly Properties: {
    readonly FunctionName?: string;
    readonly Role?: { readonly "Fn::GetAtt": readonly string[] };
    readonly Roles?: readonly { readonly Ref?: string }[];
    readonly PolicyDocument?: { Statement: readonly Statement[] };
  };
};
type Template = { readonly Resources: Readonly<Record<string, Resource>> };

const actionsOf = ({ Action: actions }: Statement): readonly string[] => [actions].flat();

/** One permission that one function's role is to lack. */
export type Dropped = { readonly functionName: string; readonly action: string };

/**
 * A deployment with mistakes planted: copies what `cdk synth` wrote, less some permissions. Synthesizing anew with the
 * mistakes in the app would take seconds, and give the same templates.
 */
export const copyWithoutGrants = (from: string, to: string, dropped: readonly Dropped[]): void => {
  cpSync(from, to, { recursive: true });
  const left = new Set(dropped);
  for (const name of readdirSync(to).filter((file) => file.endsWith(".template.json"))) {
    const file = path.join(to, name);
    const template = JSON.parse(readFileSync(file, "utf8")) as Template;
    for (const drop of dropped) if (dropFrom(template, drop)) left.delete(drop);
    writeFileSync(file, JSON.stringify(template));
  }
  // A test that drops what was never granted would prove nothing.
  for (const { functionName, action } of left) throw new Error(`${functionName} is not granted ${action}`);
};

/** @returns whether the function was granted it by this template. */
const dropFrom = (template: Template, { functionName, action }: Dropped): boolean => {
  const resources = Object.values(template.Resources);
  const owner = resources.find(({ Properties }) => Properties.FunctionName === functionName);
  const [role] = owner?.Properties.Role?.["Fn::GetAtt"] ?? [];
  let wasGranted = false;
  for (const { Properties } of resources) {
    const document = Properties.PolicyDocument;
    if (!document || role === undefined || !Properties.Roles?.some(({ Ref }) => Ref === role)) continue;
    document.Statement = document.Statement.flatMap((statement) => {
      const kept = actionsOf(statement).filter((granted) => granted !== action);
      wasGranted ||= kept.length < actionsOf(statement).length;
      return kept.length === 0 ? [] : [{ ...statement, Action: kept }];
    });
  }
  return wasGranted;
};
