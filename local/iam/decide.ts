import type { AccessCheck, Caller } from "../aws-service.ts";
import { conditionContext } from "./condition-context.ts";
import { principalOf, statementApplies } from "./statement.ts";

/** A refusal carries AWS's own sentence. */
export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly message: string };

/** What one kind of policy says; `delegated` is a resource policy that hands over to the account's IAM. */
type Verdict = "allow" | "deny" | "delegated" | "silent";

const strongest = (verdicts: readonly Verdict[]): Verdict =>
  (["deny", "allow", "delegated"] as const).find((verdict) => verdicts.includes(verdict)) ?? "silent";

const denial = (caller: Caller, check: AccessCheck, reason: string): Decision => ({
  allowed: false,
  message: `User: ${caller.sessionArn} is not authorized to perform: ${check.action} on resource: ${check.resource} ${reason}`,
});

/** IAM's evaluation for a caller and a resource of one account: a deny wins, then any allow; KMS keys must agree themselves. */
export const decide = (caller: Caller, check: AccessCheck, now = new Date()): Decision => {
  const context = conditionContext(caller, check, now);
  const identity = strongest(
    caller.policies
      .flatMap((policy) => policy.Statement)
      .filter((statement) => statementApplies(statement, check, context))
      .map((statement) => (statement.Effect === "Deny" ? "deny" : "allow")),
  );
  const resource = strongest(
    (check.resourcePolicy?.Statement ?? [])
      .filter((statement) => statementApplies(statement, check, context))
      .map((statement): Verdict => {
        const who = principalOf(statement, caller);
        if (who === "others") return "silent";
        if (statement.Effect === "Deny") return "deny";
        return who === "caller" ? "allow" : "delegated";
      }),
  );
  if (identity === "deny") return denial(caller, check, "with an explicit deny in an identity-based policy");
  if (resource === "deny") return denial(caller, check, "with an explicit deny in a resource-based policy");
  if (resource === "allow") return { allowed: true };
  if (check.resourcePolicyMustAgree === true && resource === "silent")
    return denial(caller, check, `because no resource-based policy allows the ${check.action} action`);
  if (identity === "allow") return { allowed: true };
  return denial(caller, check, `because no identity-based policy allows the ${check.action} action`);
};
