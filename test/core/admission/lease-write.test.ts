import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type Cell, grantedIn, newCell } from "../../../core/admission/cell.ts";
import { applyLeaseWrite } from "../../../core/admission/lease-write.ts";
import { walletPurse } from "../../../core/admission/purse.ts";
import { customerId, leaseId } from "../../../core/identifiers.ts";
import { add, picodollars } from "../../../core/money.ts";
import { sampleNow, sampleUlid } from "../../support/samples.ts";

const key = { purse: walletPurse(customerId(sampleUlid("CVS"))).id, region: "eu-west-1", shard: 0 };

test("whatever is opened and closed, in whatever order, a cell keeps all that it was funded with", () => {
  const step = fc.record({
    open: fc.option(
      fc.record({ lease: fc.integer({ min: 0, max: 9 }), amount: fc.bigInt({ min: 1n, max: 60n }) }),
    ),
    close: fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { maxLength: 3 }),
    spentPercent: fc.bigInt({ min: 0n, max: 100n }),
  });
  const idOf = (number: number) => leaseId(sampleUlid(String(number)));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let cell: Cell = newCell(key, picodollars(100n));
      for (const { open, close, spentPercent } of steps) {
        const closings = close.map((number) => {
          const amount = cell.grants.get(idOf(number))?.amount ?? picodollars(50n);
          return { lease: idOf(number), amount, spent: picodollars((amount * spentPercent) / 100n) };
        });
        const after = applyLeaseWrite(cell, {
          cell: key,
          close: closings,
          ...(open && {
            open: {
              lease: idOf(open.lease),
              grant: { amount: picodollars(open.amount), expiresAt: sampleNow },
            },
          }),
        });
        const mustRefuse = close.some((number) => !cell.grants.has(idOf(number)));
        expect(mustRefuse && after !== undefined).toBe(false);
        cell = after ?? cell;
        expect(add(cell.available, grantedIn(cell), cell.spent)).toBe(100n);
        expect(cell.available >= 0n).toBe(true);
      }
    }),
  );
});
