/**
 * How many usage events per CPU-second the counting core takes: grouping, tallying and one write per counter, into a store
 * that accepts everything. `node bench/counters.ts [--json]`
 */
import { applyToCounters, type CountableRecord } from "../core/billing/counters-apply.ts";
import { parseSequenceNumber } from "../core/billing/counters-sequence.ts";
import type { Counters } from "../core/billing/counters.ts";
import type { UsageEvent } from "../core/billing/usage-event.ts";
import { customerId, keyId, leaseId, priceId, requestId } from "../core/identifiers.ts";
import { picodollars } from "../core/money.ts";
import { epochMs } from "../core/time.ts";

const goal = 200_000;
const eventCount = 400_000;
/** As many as a stream delivers at once. */
const batchSize = 10_000;
const customerCount = 50;
const keysPerCustomer = 10;
const modelCount = 7;

const ulid = (value: number): string => value.toString().padStart(26, "0");
const start = epochMs(Date.UTC(2026, 0, 1));

const eventOf = (serial: number): UsageEvent => {
  const customer = serial % customerCount;
  const lease = leaseId(ulid(customer));
  const admittedAt = epochMs(start + Math.floor(serial / 100));
  return {
    request: requestId(lease, ulid(serial)),
    lease,
    customer: customerId(ulid(customer)),
    key: keyId(ulid(serial % (customerCount * keysPerCustomer))),
    mode: "live",
    model: `model-${serial % modelCount}`,
    modelVersion: "1",
    task: "chat",
    region: "eu-west-1",
    streamed: true,
    price: priceId(ulid(serial % modelCount)),
    quantities: { inputTokens: serial % 997, outputTokens: serial % 499, requests: 1 },
    source: "reported",
    hold: picodollars(10n ** 12n),
    cost: picodollars(BigInt(serial) * 1_000_003n),
    waived: serial % 50 === 0,
    outcome: serial % 50 === 0 ? "failed" : "completed",
    admittedAt,
    endedAt: epochMs(admittedAt + 900),
  };
};

const recordOf = (serial: number): CountableRecord => {
  const sequence = parseSequenceNumber(String(10n ** 25n + BigInt(serial)));
  if (sequence === undefined) throw new Error("the benchmark makes sequence numbers that are none");
  return { sequence, event: eventOf(serial) };
};

const batches = Array.from({ length: Math.ceil(eventCount / batchSize) }, (_, batch) =>
  Array.from({ length: Math.min(batchSize, eventCount - batch * batchSize) }, (_unused, index) =>
    recordOf(batch * batchSize + index),
  ),
);

let writes = 0;
const accepting: Pick<Counters, "add"> = {
  add: async () => {
    writes += 1;
    return { ok: true };
  },
};

const before = process.cpuUsage();
for (const batch of batches) await applyToCounters(accepting, "shard", batch, start);
const { user, system } = process.cpuUsage(before);

const perCpuSecond = Math.round(eventCount / ((user + system) / 1e6));
if (process.argv.includes("--json")) console.log(JSON.stringify({ perCpuSecond }));
else
  console.log(
    `${eventCount} events, ${(writes / eventCount).toFixed(3)} writes per event: ` +
      `${perCpuSecond.toLocaleString("en")} events per CPU-second (goal ${goal.toLocaleString("en")})`,
  );
