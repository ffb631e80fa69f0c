import { expect, test } from "vitest";
import type { KeyRecord } from "../../../core/access/key-record.ts";
import { verifyKey } from "../../../core/access/verify-key.ts";
import { principalOf } from "../../../core/access/principal.ts";
import { customerId, keyId, parseProjectId } from "../../../core/identifiers.ts";
import { picodollars } from "../../../core/money.ts";
import { epochMs } from "../../../core/time.ts";
import { present } from "../../support/present.ts";
import { sampleCustomer, sampleNow, sampleUlid } from "../../support/samples.ts";

const hash = "ab".repeat(32);
const wrongHash = `${hash.slice(0, -1)}c`;
const record: KeyRecord = {
  id: keyId(sampleUlid("1")),
  mode: "live",
  secretHash: hash,
  name: "laptop",
  customer: customerId(sampleUlid("2")),
  scopes: ["infer"],
  createdAt: epochMs(0),
};
const earlier = epochMs(sampleNow - 1);
const later = epochMs(sampleNow + 1);

test.each<[string, string, KeyRecord | undefined, string | true]>([
  ["the right secret", hash, record, true],
  ["a wrong secret", wrongHash, record, "invalid_api_key"],
  ["a wrong first character", `c${hash.slice(1)}`, record, "invalid_api_key"],
  ["an empty hash", "", record, "invalid_api_key"],
  ["a longer hash that begins right", `${hash}00`, record, "invalid_api_key"],
  ["an unknown key", hash, undefined, "invalid_api_key"],
  ["the other mode", hash, { ...record, mode: "test" }, "invalid_api_key"],
  ["revoked just now", hash, { ...record, revokedAt: sampleNow }, "revoked_api_key"],
  ["to be revoked after a rotation's overlap", hash, { ...record, revokedAt: later }, true],
  ["expired just now", hash, { ...record, expiresAt: sampleNow }, "expired_api_key"],
  ["expiring in a millisecond", hash, { ...record, expiresAt: later }, true],
  ["revoked and expired", hash, { ...record, revokedAt: earlier, expiresAt: earlier }, "revoked_api_key"],
  [
    "revoked, for who does not hold the secret",
    wrongHash,
    { ...record, revokedAt: earlier },
    "invalid_api_key",
  ],
  [
    "expired, for who does not hold the secret",
    wrongHash,
    { ...record, expiresAt: earlier },
    "invalid_api_key",
  ],
])("%s", (_, presentedHash, stored, expected) => {
  const presented = { id: record.id, mode: "live", secret: "s" } as const;
  const verdict = verifyKey(presented, presentedHash, stored, sampleNow);
  expect(verdict.ok ? true : verdict.code).toBe(expected);
});

test("the principal knows nothing of the secret, and draws on its customer's purses", () => {
  const budget = { interval: "day", shares: { "eu-west-1": picodollars(5n) }, shards: 1 } as const;
  const project = present(parseProjectId(`prj_${sampleUlid("3")}`));
  const customer = { ...sampleCustomer, timeZone: "Asia/Tokyo", projectBudgets: { [project]: budget } };
  expect(principalOf({ ...record, project, budget, rateLimit: { requests: 9 } }, customer)).toEqual({
    key: record.id,
    mode: "live",
    customer: record.customer,
    project,
    scopes: ["infer"],
    limits: {
      walletShards: 1,
      timeZone: "Asia/Tokyo",
      budgets: [
        { ...budget, owner: project },
        { ...budget, owner: record.id },
      ],
      keyRate: { requests: 9 },
    },
  });
});
