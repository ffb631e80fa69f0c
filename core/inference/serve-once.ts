import {
  type Claim,
  type IdempotencyClaims,
  type IdempotencyKey,
  type StoredAnswer,
  claimKey,
} from "../admission/idempotency.ts";
import type { Principal } from "../access/principal.ts";
import { type RandomBytes, newUlid } from "../identifiers.ts";
import { type Clock, after } from "../time.ts";
import type { Served } from "./serve-request.ts";
import type { InferenceRequest } from "./tasks/inference-request.ts";

/** What a client says of a request that it may send again. `bodyHash`: lower-case hex over the body's bytes. */
export type Idempotency = { readonly key: IdempotencyKey; readonly bodyHash: string };

/** An answer given before, to the same request under the same key: not billed again. */
export type Replayed = { readonly kind: "replayed"; readonly answer: StoredAnswer };

type Ports = { readonly claims: IdempotencyClaims; readonly clock: Clock; readonly randomBytes: RandomBytes };

/** Longer than any request runs: after that a claim without an end belongs to a process that died. */
const runMsMax = 10 * 60_000;

/** Runs a request at most once per `Idempotency-Key`; without one, as often as it is sent. */
export const serveOnce =
  (
    { claims, clock, randomBytes }: Ports,
    serve: (caller: Principal, request: InferenceRequest) => Promise<Served>,
  ) =>
  async (
    caller: Principal,
    request: InferenceRequest,
    idempotency: Idempotency | undefined,
  ): Promise<Served | Replayed> => {
    if (!idempotency) return serve(caller, request);
    const now = clock.now();
    const claim: Claim = {
      ...idempotency,
      customer: caller.customer,
      attempt: newUlid(now, randomBytes),
      claimedAt: now,
      runsUntil: after(now, runMsMax),
      progress: { kind: "running" },
    };
    const decision = await claimKey(claims, claim, now);
    if (decision.kind === "refuse") return { kind: "refused", refusal: decision.refusal, standings: [] };
    if (decision.kind === "replay") return { kind: "replayed", answer: decision.answer };
    try {
      return await keepAnswer(claims, claim, await serve(caller, request));
    } catch (error) {
      await claims.release(claim);
      throw error;
    }
  };

/** A refusal cost nothing and may be tried again; an answer is kept, but for a streamed one, of which only the fact is. */
const keepAnswer = async (claims: IdempotencyClaims, claim: Claim, served: Served): Promise<Served> => {
  switch (served.kind) {
    case "refused":
      await claims.release(claim);
      return served;
    case "whole":
      await claims.finish(claim, { request: served.admitted.request, status: 200, body: served.body });
      return served;
    case "raw": {
      const { admitted, contentType, body } = served;
      await claims.finish(claim, { request: admitted.request, status: 200, contentType, bytes: body });
      return served;
    }
    case "streamed": {
      const { stream } = served;
      let finished: Promise<void> | undefined;
      const finish = async (): Promise<void> => {
        await stream.close();
        await claims.finish(claim, undefined);
      };
      return { ...served, stream: { body: stream.body, close: () => (finished ??= finish()) } };
    }
  }
};
