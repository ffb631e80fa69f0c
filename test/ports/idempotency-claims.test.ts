import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { leaseId, requestId } from "../../core/identifiers.ts";
import { after } from "../../core/time.ts";
import {
  type Claim,
  type IdempotencyClaims,
  claimKey,
  claimMs,
  parseIdempotencyKey,
} from "../../core/admission/idempotency.ts";
import { idempotencyClaims } from "../../functions/adapters/dynamodb/idempotency-claims.ts";
import { type TestDatabase, startTestDatabase } from "../support/dynoxide.ts";
import { memoryIdempotencyClaims } from "../support/memory-idempotency-claims.ts";
import { present } from "../support/present.ts";
import { sampleNow, samplePrincipal, sampleUlid } from "../support/samples.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
  await database.createTable("claims");
});
afterAll(() => database.stop());

const stores: readonly (readonly [string, () => IdempotencyClaims])[] = [
  ["in memory", memoryIdempotencyClaims],
  ["in DynamoDB", () => idempotencyClaims(database.dynamoDb, "claims")],
];

const ids = { request: requestId(leaseId(sampleUlid("EASE")), sampleUlid("REQ")), status: 200 };
const answer = { ...ids, body: '{"choices":[]}' };

describe.each(stores)("idempotency %s", (_name, open) => {
  const claimOf = (key: string, attempt: string, bodyHash = "aa"): Claim => ({
    customer: samplePrincipal.customer,
    key: present(parseIdempotencyKey(key)),
    bodyHash,
    attempt,
    claimedAt: sampleNow,
    runsUntil: after(sampleNow, 60_000),
    progress: { kind: "running" },
  });

  test("a finished request is answered again, and not run again", async () => {
    const claims = open();
    const first = claimOf("replayed", "1");
    expect(await claimKey(claims, first, sampleNow)).toEqual({ kind: "run" });
    await claims.finish(first, answer);
    expect(await claimKey(claims, claimOf("replayed", "2"), sampleNow)).toEqual({ kind: "replay", answer });
  });

  test("bytes are answered again as they were, with their type", async () => {
    const claims = open();
    const bytes = { ...ids, contentType: "image/png", bytes: Uint8Array.from([0, 0x89, 0xff]) };
    const first = claimOf("bytes", "1");
    await claimKey(claims, first, sampleNow);
    await claims.finish(first, bytes);
    expect(await claimKey(claims, claimOf("bytes", "2"), sampleNow)).toEqual({
      kind: "replay",
      answer: bytes,
    });
  });

  test("a second request is refused while the first is in progress", async () => {
    const claims = open();
    await claimKey(claims, claimOf("running", "1"), sampleNow);
    expect(await claimKey(claims, claimOf("running", "2"), sampleNow)).toMatchObject({
      kind: "refuse",
      refusal: { code: "idempotency_in_progress", retryAfterSeconds: 10 },
    });
  });

  test("another body under the same key is refused, finished or not", async () => {
    const claims = open();
    const first = claimOf("mismatch", "1");
    const other = claimOf("mismatch", "2", "bb");
    await claimKey(claims, first, sampleNow);
    const mismatch = { kind: "refuse", refusal: { code: "idempotency_mismatch" } };
    expect(await claimKey(claims, other, sampleNow)).toMatchObject(mismatch);
    await claims.finish(first, answer);
    expect(await claimKey(claims, other, sampleNow)).toMatchObject(mismatch);
  });

  test("an answer that is not kept is not run again either", async () => {
    const claims = open();
    const first = claimOf("streamed", "1");
    await claimKey(claims, first, sampleNow);
    await claims.finish(first, undefined);
    expect(await claimKey(claims, claimOf("streamed", "2"), sampleNow)).toMatchObject({
      kind: "refuse",
      refusal: { code: "idempotency_not_replayable" },
    });
  });

  test("a lost acknowledgement of one's own claim is not mistaken for another request", async () => {
    const claims = open();
    await claims.claim(claimOf("lost-ack", "1"), sampleNow);
    expect(await claimKey(claims, claimOf("lost-ack", "1"), sampleNow)).toEqual({ kind: "run" });
  });

  test("a released key, one whose attempt died, and one a day old can be used again", async () => {
    const claims = open();
    const first = claimOf("again", "1");
    await claimKey(claims, first, sampleNow);
    await claims.release(first);
    const second = claimOf("again", "2");
    expect(await claimKey(claims, second, sampleNow)).toEqual({ kind: "run" });
    expect(await claimKey(claims, claimOf("again", "3"), second.runsUntil)).toEqual({ kind: "run" });
    // The attempt that died has come back to life: it has no say any more.
    await claims.finish(second, answer);
    await claims.release(second);
    expect(await claimKey(claims, claimOf("again", "4"), sampleNow)).toMatchObject({ kind: "refuse" });
    const nextDay = after(sampleNow, claimMs);
    expect(await claimKey(claims, claimOf("again", "5", "cc"), nextDay)).toEqual({ kind: "run" });
  });
});
