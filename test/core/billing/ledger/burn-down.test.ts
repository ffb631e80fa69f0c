import * as fc from "fast-check";
import { expect, test } from "vitest";
import { burnDown, drawn } from "../../../../core/billing/ledger/burn-down.ts";
import { type Grant, grantKinds, parseGrantId } from "../../../../core/billing/ledger/grant.ts";
import { add, picodollars } from "../../../../core/money.ts";
import { epochMs } from "../../../../core/time.ts";
import { present } from "../../../support/present.ts";
import { textTable } from "../../../support/text-table.ts";

const grantOf = (
  name: string,
  remaining: bigint,
  priority: number,
  expires: string,
  created: number,
): Grant => ({
  id: present(parseGrantId(`grt_${name}`)),
  kind: "paid",
  amount: picodollars(remaining),
  remaining: picodollars(remaining),
  priority,
  ...(expires !== "never" && { expiresAt: epochMs(Number(expires)) }),
  createdAt: epochMs(created),
});

// At instant 100, of 25 to burn. Rows stand in the order in which grants are to burn.
const rows = textTable(`
  grant   | remaining | priority | expires | created | drawn
  expired | 99        | 0        | 100     | 1       | 0
  urgent  | 5         | 0        | never   | 9       | 5
  soon    | 6         | 1        | 101     | 9       | 6
  later   | 7         | 1        | 500     | 9       | 7
  senior  | 4         | 1        | never   | 2       | 4
  junior  | 9         | 1        | never   | 3       | 3
  last    | 8         | 2        | 101     | 1       | 0
`);

test("grants burn by priority, then expiry, then age; an expired one pays for nothing", () => {
  const grants = rows.map(([name = "", remaining = "", priority, expires = "", created]) =>
    grantOf(name, BigInt(remaining), Number(priority), expires, Number(created)),
  );
  const { draws, uncovered } = burnDown(grants.toReversed(), picodollars(25n), epochMs(100));
  const drawnFrom = new Map(draws.map(({ grant, amount }) => [grant, amount]));
  expect(grants.map(({ id }) => `${drawnFrom.get(id) ?? 0n}`)).toEqual(rows.map((row) => row[5]));
  expect(uncovered).toBe(0n);
});

const amount = fc.bigInt({ min: 0n, max: 1000n }).map(picodollars);
const grants = fc.uniqueArray(
  fc
    .record({
      name: fc.integer({ min: 0, max: 30 }),
      kind: fc.constantFrom(...grantKinds),
      remaining: amount,
      priority: fc.nat(2),
      expires: fc.option(fc.nat(200), { nil: undefined }),
      created: fc.nat(3),
    })
    .map(({ name, kind, remaining, priority, expires, created }): Grant => ({
      ...grantOf(`g${name}`, remaining, priority, expires === undefined ? "never" : `${expires}`, created),
      kind,
    })),
  { selector: ({ id }) => id, maxLength: 8 },
);
const now = epochMs(100);

test("two burn-downs in a row equal one of the sum", () =>
  fc.assert(
    fc.property(grants, amount, amount, (grants, one, other) => {
      const first = burnDown(grants, one, now);
      const second = burnDown(first.grants, other, now);
      const both = burnDown(grants, add(one, other), now);
      expect(second.grants).toEqual(both.grants);
      expect(add(first.uncovered, second.uncovered)).toBe(both.uncovered);
    }),
  ));

test("nothing is lost and no grant goes below zero", () =>
  fc.assert(
    fc.property(grants, amount, (grants, used) => {
      const burnt = burnDown(grants, used, now);
      expect(add(drawn(burnt.draws), burnt.uncovered)).toBe(used);
      const left = add(...burnt.grants.map(({ remaining }) => remaining));
      expect(add(left, drawn(burnt.draws))).toBe(add(...grants.map(({ remaining }) => remaining)));
      expect(burnt.grants.every(({ remaining }) => remaining >= 0n)).toBe(true);
    }),
  ));

test("the order in which grants are kept does not matter", () =>
  fc.assert(
    fc.property(grants, amount, (grants, used) => {
      expect(burnDown(grants.toReversed(), used, now).draws).toEqual(burnDown(grants, used, now).draws);
    }),
  ));
