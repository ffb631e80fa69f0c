import { type Claim, type IdempotencyClaims, mayReplace } from "../../core/admission/idempotency.ts";

export const memoryIdempotencyClaims = (): IdempotencyClaims => {
  const claims = new Map<string, Claim>();
  const nameOf = ({ customer, key }: Claim): string => `${customer} ${key}`;
  const isOwn = (claim: Claim): boolean => claims.get(nameOf(claim))?.attempt === claim.attempt;
  return {
    async claim(next, now) {
      const existing = claims.get(nameOf(next));
      if (existing && !mayReplace(existing, next, now)) return { ok: false, existing };
      claims.set(nameOf(next), next);
      return { ok: true };
    },
    async finish(claim, answer) {
      if (!isOwn(claim)) return;
      claims.set(nameOf(claim), { ...claim, progress: { kind: "finished", ...(answer && { answer }) } });
    },
    async release(claim) {
      if (isOwn(claim)) claims.delete(nameOf(claim));
    },
  };
};
