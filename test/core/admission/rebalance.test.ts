import * as fc from "fast-check";
import { expect, test } from "vitest";
import { newCell } from "../../../core/admission/cell.ts";
import { walletPurse } from "../../../core/admission/purse.ts";
import { planTransfers } from "../../../core/admission/rebalance.ts";
import { customerId } from "../../../core/identifiers.ts";
import { picodollars } from "../../../core/money.ts";
import { sampleUlid } from "../../support/samples.ts";

const purse = walletPurse(customerId(sampleUlid("CVS"))).id;
const cellsWith = (...contents: readonly (readonly [available: bigint, demand: bigint])[]) =>
  contents.map(([available, demand], shard) => ({
    cell: newCell({ purse, region: "eu-west-1", shard }, picodollars(available)),
    demand: picodollars(demand),
  }));

test("money moves to where it is spent, and a little stays everywhere", () => {
  const plan = planTransfers(cellsWith([1000n, 0n], [0n, 10n]), picodollars(1n));
  expect(plan).toMatchObject([{ from: { shard: 0 }, to: { shard: 1 }, amount: 975n }]);
});

test("nothing moves without demand, nor less than the minimum, nor when all is in place", () => {
  expect(planTransfers(cellsWith([1000n, 0n], [0n, 0n]), picodollars(1n))).toEqual([]);
  expect(planTransfers(cellsWith([1000n, 0n], [0n, 10n]), picodollars(976n))).toEqual([]);
  expect(planTransfers(cellsWith([500n, 10n], [500n, 10n]), picodollars(1n))).toEqual([]);
});

test("no cell gives more than it has, and after the transfers there is nothing left to move", () => {
  const contents = fc.array(
    fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.bigInt({ min: 0n, max: 10n ** 15n })),
    {
      minLength: 1,
      maxLength: 6,
    },
  );
  fc.assert(
    fc.property(contents, (values) => {
      const after = values.map(([available]) => available);
      for (const { from, to, amount } of planTransfers(cellsWith(...values), picodollars(1n))) {
        after[from.shard] = (after[from.shard] ?? 0n) - amount;
        after[to.shard] = (after[to.shard] ?? 0n) + amount;
      }
      expect(after.every((available) => available >= 0n)).toBe(true);
      const again = after.map((available, shard) => [available, values[shard]?.[1] ?? 0n] as const);
      // Divisions leave remainders of less than one per cell.
      expect(planTransfers(cellsWith(...again), picodollars(BigInt(values.length) + 1n))).toEqual([]);
    }),
  );
});
