import { z } from "zod";
import { physicalNames } from "./physical-names.ts";
import type { Synthesized } from "./synthesize.ts";

const list = <Item extends z.ZodType>(item: Item) => z.union([z.array(item), item.transform((one) => [one])]);

const policySchema = z.strictObject({
  PolicyDocument: z.object({
    Statement: z.array(
      z.strictObject({
        Effect: z.literal("Allow"),
        Action: list(z.string()),
        Resource: list(z.union([z.string(), z.record(z.string(), z.unknown())])),
        Condition: z.record(z.string(), z.record(z.string(), z.string())).optional(),
      }),
    ),
  }),
  PolicyName: z.string(),
  Roles: z.tuple([z.strictObject({ Ref: z.string() })]),
});

const describeCondition = (
  condition: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
): string =>
  Object.values(condition)
    .flatMap((comparison) => Object.entries(comparison))
    .map(([key, value]) => ` where ${key} is ${value}`)
    .join("");

/**
 * What each role of a stack may do, by the role's logical id: `<action> on <name of the resource>`. A policy of a
 * form that is not known here fails the test, so that nothing is granted past it.
 */
export const grantsOf = (
  synthesized: Synthesized,
  stack: string,
): ReadonlyMap<string, ReadonlySet<string>> => {
  const nameOf = physicalNames(synthesized);
  const policies = Object.values(synthesized.template(stack).findResources("AWS::IAM::Policy"));
  return new Map(
    policies.map(({ Properties: properties }) => {
      const { PolicyDocument: document, Roles: roles } = policySchema.parse(properties);
      const grants = document.Statement.flatMap((statement) =>
        statement.Action.flatMap((action) =>
          statement.Resource.map(
            (resource) => `${action} on ${nameOf(stack, resource)}${describeCondition(statement.Condition)}`,
          ),
        ),
      );
      return [roles[0].Ref, new Set(grants)];
    }),
  );
};
