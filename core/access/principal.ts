import type { SpendingLimits } from "../admission/spending-limits.ts";
import type { CustomerId, KeyId, ProjectId } from "../identifiers.ts";
import type { Customer } from "./customer.ts";
import type { KeyMode } from "./key-format.ts";
import type { KeyRecord } from "./key-record.ts";
import type { Scope } from "./scope.ts";

/** Who is calling, as a verified key says: the authorizer's answer, cached for its time to live. */
export type Principal = {
  readonly key: KeyId;
  readonly mode: KeyMode;
  readonly customer: CustomerId;
  readonly project?: ProjectId;
  readonly scopes: readonly Scope[];
  readonly models?: readonly string[];
  readonly sourceCidrs?: readonly string[];
  readonly limits: SpendingLimits;
};

export const principalOf = (record: KeyRecord, customer: Customer): Principal => ({
  key: record.id,
  mode: record.mode,
  customer: record.customer,
  scopes: record.scopes,
  ...(record.project && { project: record.project }),
  ...(record.models && { models: record.models }),
  ...(record.sourceCidrs && { sourceCidrs: record.sourceCidrs }),
  limits: limitsOf(record, customer),
});

const limitsOf = ({ id, project, budget, rateLimit }: KeyRecord, customer: Customer): SpendingLimits => {
  const projectBudget = project && customer.projectBudgets?.[project];
  return {
    walletShards: customer.walletShards,
    timeZone: customer.timeZone,
    budgets: [
      ...(projectBudget ? [{ ...projectBudget, owner: project }] : []),
      ...(budget ? [{ ...budget, owner: id }] : []),
    ],
    ...(customer.rateLimit && { customerRate: customer.rateLimit }),
    ...(rateLimit && { keyRate: rateLimit }),
  };
};
