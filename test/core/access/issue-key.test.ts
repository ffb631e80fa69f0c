import { expect, test } from "vitest";
import { type KeyOrder, issueKey } from "../../../core/access/issue-key.ts";
import { parseKey } from "../../../core/access/key-format.ts";
import { verifyKey } from "../../../core/access/verify-key.ts";
import { customerId } from "../../../core/identifiers.ts";
import { epochMs } from "../../../core/time.ts";
import { sha256 } from "../../../functions/system.ts";
import { present } from "../../support/present.ts";
import { countingBytes, sampleNow, sampleUlid } from "../../support/samples.ts";

const order: KeyOrder = {
  name: "laptop",
  mode: "live",
  customer: customerId(sampleUlid("1")),
  scopes: ["infer", "usage:read"],
};
const issue = (change: Partial<KeyOrder>) =>
  issueKey({ randomBytes: countingBytes(), sha256 }, { ...order, ...change }, sampleNow);

test("an issued key verifies against its record", () => {
  const issued = issue({ models: ["sample-chat"], sourceCidrs: ["10.0.0.0/8"] });
  if (!issued.ok) throw new Error(issued.problem);
  const presented = present(parseKey(issued.text));
  const verdict = verifyKey(presented, sha256(presented.secret), issued.record, sampleNow);
  expect(verdict).toEqual({ ok: true, record: issued.record });
});

test("the record holds neither the key nor its secret", () => {
  const issued = issue({});
  if (!issued.ok) throw new Error(issued.problem);
  const stored = JSON.stringify(issued.record);
  expect(stored).not.toContain(issued.text);
  expect(stored).not.toContain(present(parseKey(issued.text)).secret);
});

test.each<[string, Partial<KeyOrder>, string]>([
  ["no scope", { scopes: [] }, "at least one scope"],
  ["management and inference", { scopes: ["infer", "admin"] }, "cannot infer"],
  ["an empty model list", { models: [] }, "refuse every model"],
  ["an empty network list", { sourceCidrs: [] }, "refuse every address"],
  ["an expiry now", { expiresAt: sampleNow }, "already have expired"],
  ["an expiry in the past", { expiresAt: epochMs(sampleNow - 1) }, "already have expired"],
  [
    "a network that is none",
    { sourceCidrs: ["10.0.0.0/8", "10.0.0.0/33"] },
    '"10.0.0.0/33" is not a network',
  ],
])("an order with %s is refused", (_, change, problem) => {
  const issued = issue(change);
  expect(issued.ok).toBe(false);
  expect(!issued.ok && issued.problem).toContain(problem);
});
