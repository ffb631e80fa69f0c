import { z } from "zod";

const oneOrMany = z.union([z.string().transform((item) => [item]), z.array(z.string())]);

// Strict: NotAction, NotResource and Condition would change what the policy means.
const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(["Allow", "Deny"]),
  Action: oneOrMany,
  Resource: oneOrMany,
});

const answer = z.object({
  principalId: z.string().min(1),
  policyDocument: z.strictObject({
    Version: z.string().optional(),
    Statement: z.union([z.array(statement), statement.transform((single) => [single])]),
  }),
  // Flat on purpose: API Gateway fails a request whose authorizer returns a list or an object.
  context: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});

/** What a Lambda authorizer returns. */
export type AuthorizerAnswer = z.output<typeof answer>;

/** Undefined when API Gateway would call the answer misconfigured. */
export function parseAuthorizerAnswer(payload: string): AuthorizerAnswer | undefined {
  try {
    const parsed = answer.safeParse(JSON.parse(payload));
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export type PolicyVerdict = "allowed" | "explicitly denied" | "not allowed";

/** Evaluates the returned policy for one method: an explicit deny wins, silence is a refusal. */
export function evaluatePolicy(answer: AuthorizerAnswer, methodArn: string): PolicyVerdict {
  const applying = answer.policyDocument.Statement.filter(
    ({ Action, Resource }) =>
      Action.some((pattern) => matchesWildcard(pattern.toLowerCase(), "execute-api:invoke")) &&
      Resource.some((pattern) => matchesWildcard(pattern, methodArn)),
  );
  if (applying.some(({ Effect }) => Effect === "Deny")) return "explicitly denied";
  return applying.length > 0 ? "allowed" : "not allowed";
}

/** IAM's wildcards: `*` is any run of characters, `?` exactly one. */
function matchesWildcard(pattern: string, value: string): boolean {
  const expression = pattern.replaceAll(/[.+^${}()|[\]\\*?]/g, (character) => {
    if (character === "*") return ".*";
    return character === "?" ? "." : `\\${character}`;
  });
  return new RegExp(`^${expression}$`, "s").test(value);
}
