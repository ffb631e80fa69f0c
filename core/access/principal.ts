import type { CustomerId, KeyId, ProjectId } from "../identifiers.ts";
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
};

export const principalOf = (record: KeyRecord): Principal => ({
  key: record.id,
  mode: record.mode,
  customer: record.customer,
  scopes: record.scopes,
  ...(record.project && { project: record.project }),
  ...(record.models && { models: record.models }),
  ...(record.sourceCidrs && { sourceCidrs: record.sourceCidrs }),
});
