import { expect, test } from "vitest";
import { openLeases } from "../../../core/admission/lease.ts";
import { epochMs } from "../../../core/time.ts";
import { countingBytes, sampleNow } from "../../support/samples.ts";

const fiveMinutesMs = 5 * 60_000;
const afterMs = (ms: number) => epochMs(sampleNow + ms);

test("requests of the next five minutes share a lease, later ones get another", () => {
  const leases = openLeases(countingBytes());
  const first = leases.leaseFor(sampleNow);
  expect(leases.leaseFor(afterMs(fiveMinutesMs - 1))).toBe(first);
  expect(leases.leaseFor(afterMs(fiveMinutesMs))).not.toBe(first);
});

test("a clock that jumps back does not stretch a lease", () => {
  const leases = openLeases(countingBytes());
  const first = leases.leaseFor(sampleNow);
  expect(leases.leaseFor(afterMs(-1))).not.toBe(first);
});

test("two processes never share a lease", () => {
  const bytes = countingBytes();
  expect(openLeases(bytes).leaseFor(sampleNow)).not.toBe(openLeases(bytes).leaseFor(sampleNow));
});
