import type { Counters } from "../../core/billing/counters.ts";
import { queryUsage } from "../../core/billing/usage-query.ts";
import type { Refusal } from "../../core/inference/refusal.ts";
import type { Clock } from "../../core/time.ts";
import { callerOf } from "../http/caller.ts";
import type { HttpEvent } from "../http/event.ts";
import { type Response, jsonText, refused } from "../http/response.ts";
import { readUsageQuery } from "./read-usage-query.ts";
import { showUsage } from "./show-usage.ts";

export type UsagePorts = {
  readonly counters: Pick<Counters, "list">;
  readonly clock: Clock;
};

/** A key's customer reads the usage of all its keys: that is what `usage:read` is for. */
export const answerUsage = async ({ counters, clock }: UsagePorts, event: HttpEvent): Promise<Response> => {
  const caller = callerOf(event);
  if (!caller.ok) return refused(caller.refusal);
  const { customer, scopes, limits } = caller.principal;
  if (!scopes.includes("usage:read")) return refused(scopeMissing);
  const read = readUsageQuery(event.queryStringParameters ?? {}, customer, limits.timeZone, clock.now());
  if (!read.ok) return refused(read.refusal);
  return jsonText(200, showUsage(read.query, await queryUsage(counters, read.query)));
};

const scopeMissing: Refusal = {
  code: "scope_missing",
  message: "This API key may not read usage: it lacks the scope `usage:read`. Use a key that has it.",
};
