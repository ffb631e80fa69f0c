import type { CustomerId } from "../../core/identifiers.ts";
import type { Refusal } from "../../core/inference/refusal.ts";
import { callerOf } from "./caller.ts";
import type { HttpEvent } from "./event.ts";

export type BillingCaller =
  | { readonly ok: true; readonly customer: CustomerId }
  | { readonly ok: false; readonly refusal: Refusal };

/** Whose invoices the caller may read: those of its key's customer, with the scope `billing:read`. */
export const billingCallerOf = (event: HttpEvent): BillingCaller => {
  const caller = callerOf(event);
  if (!caller.ok) return caller;
  const { customer, scopes } = caller.principal;
  return scopes.includes("billing:read") ? { ok: true, customer } : { ok: false, refusal: scopeMissing };
};

const scopeMissing: Refusal = {
  code: "scope_missing",
  message: "This API key may not read invoices: it lacks the scope `billing:read`. Use a key that has it.",
};
