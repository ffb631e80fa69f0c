import { expect, test } from "vitest";
import { type Budget, budgetPurse, limitOf } from "../../../core/admission/budget.ts";
import { parsePurseId, walletPurse } from "../../../core/admission/purse.ts";
import { customerId, keyId } from "../../../core/identifiers.ts";
import { picodollars } from "../../../core/money.ts";
import { epochMs } from "../../../core/time.ts";
import { sampleUlid } from "../../support/samples.ts";

const budget: Budget = {
  owner: keyId(sampleUlid("KEY")),
  interval: "day",
  timeZone: "America/New_York",
  shares: new Map([
    ["eu-west-1", picodollars(7n)],
    ["us-east-1", picodollars(4n)],
  ]),
  shards: 1,
};

test("the regions' shares are the limit, whatever it is divided by", () => {
  expect(limitOf(budget)).toBe(11n);
  const now = epochMs(Date.UTC(2026, 2, 8, 12));
  expect(budgetPurse(budget, "eu-west-1", now)).toMatchObject({ kind: "key_budget", share: 7n });
  expect(budgetPurse(budget, "mars-north-1", now).share).toBe(0n);
});

test("each period has a purse of its own; a request belongs to the one of its admission", () => {
  const midnight = Date.UTC(2026, 2, 9, 4);
  const idAt = (instant: number) => budgetPurse(budget, "eu-west-1", epochMs(instant)).id;
  expect(idAt(midnight - 1)).not.toBe(idAt(midnight));
  expect(idAt(midnight)).toBe(`budget:${budget.owner}:${midnight}`);
});

test("purse ids are read back, and other text is not taken for one", () => {
  const { id } = walletPurse(customerId(sampleUlid("CVS")));
  expect(parsePurseId(id)).toBe(id);
  for (const text of [
    "",
    "wallet:",
    `${id}:1`,
    "budget:key_1:0",
    `budget:${budget.owner}:`,
    `wallet:${budget.owner}`,
  ])
    expect(parsePurseId(text)).toBeUndefined();
});
