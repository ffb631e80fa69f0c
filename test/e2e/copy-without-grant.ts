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

/**
 * A deployment with a mistake planted: copies what `cdk synth` wrote, less one permission of one function's role.
 * Synthesizing anew with the mistake in the app would take seconds, and give the same templates.
 */
export const copyWithoutGrant = (from: string, to: string, functionName: string, action: string): void => {
  cpSync(from, to, { recursive: true });
  let dropped = 0;
  for (const name of readdirSync(to).filter((file) => file.endsWith(".template.json"))) {
    const file = path.join(to, name);
    const template = JSON.parse(readFileSync(file, "utf8")) as Template;
    const resources = Object.values(template.Resources);
    const owner = resources.find(({ Properties }) => Properties.FunctionName === functionName);
    const [role] = owner?.Properties.Role?.["Fn::GetAtt"] ?? [];
    for (const { Properties } of resources) {
      const document = Properties.PolicyDocument;
      if (!document || role === undefined || !Properties.Roles?.some(({ Ref }) => Ref === role)) continue;
      document.Statement = document.Statement.flatMap((statement) => {
        const kept = actionsOf(statement).filter((granted) => granted !== action);
        dropped += actionsOf(statement).length - kept.length;
        return kept.length === 0 ? [] : [{ ...statement, Action: kept }];
      });
    }
    writeFileSync(file, JSON.stringify(template));
  }
  // A test that drops what was never granted would prove nothing.
  if (dropped === 0) throw new Error(`${functionName} is not granted ${action}`);
};
