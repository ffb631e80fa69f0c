import type { CustomerId } from "../../core/identifiers.ts";
import type { Refusal } from "../../core/inference/refusal.ts";
import { callerOf } from "../http/caller.ts";
import type { HttpEvent } from "../http/event.ts";
import type { RequestScope } from "../http/scope.ts";

export type FileCaller =
  | { readonly ok: true; readonly customer: CustomerId }
  | { readonly ok: false; readonly refusal: Refusal };

/** Whose files the caller may use: those of its key's customer, with the scope `infer`. */
export const fileCallerOf = (event: HttpEvent, scope: RequestScope): FileCaller => {
  const caller = callerOf(event);
  if (!caller.ok) return caller;
  const { customer, key, scopes } = caller.principal;
  scope.notes = { customer, key };
  return scopes.includes("infer") ? { ok: true, customer } : { ok: false, refusal: scopeMissing };
};

const scopeMissing: Refusal = {
  code: "scope_missing",
  message: "This API key may not use files: it lacks the scope `infer`. Use a key issued for inference.",
};
