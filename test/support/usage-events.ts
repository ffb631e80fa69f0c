import * as fc from "fast-check";
import type { CountableRecord } from "../../core/billing/counters-apply.ts";
import { type SequenceNumber, parseSequenceNumber } from "../../core/billing/counters-sequence.ts";
import { outcomes, type UsageEvent } from "../../core/billing/usage-event.ts";
import { customerId, keyId, leaseId, priceId, requestId } from "../../core/identifiers.ts";
import { picodollars } from "../../core/money.ts";
import { epochMs } from "../../core/time.ts";
import { present } from "./present.ts";
import { sampleNow, sampleUlid, sampleUsageEvent } from "./samples.ts";

export const sequenceNumber = (value: number | bigint): SequenceNumber =>
  present(parseSequenceNumber(String(value)), "a sequence number");

/** `total` events as records of one shard, numbered from `start` on. */
export const numbered = (events: readonly UsageEvent[], start = 1): readonly CountableRecord[] =>
  events.map((event, index) => ({ sequence: sequenceNumber(start + index), event }));

/** The sample event with another request id, and whatever else is said of it. */
export const usageEvent = (serial: number, said: Partial<UsageEvent> = {}): UsageEvent => {
  const lease = said.lease ?? sampleUsageEvent.lease;
  return {
    ...sampleUsageEvent,
    ...said,
    lease,
    request: requestId(lease, sampleUlid(String(serial).padStart(8, "0"))),
  };
};

export const sampleKeyIds = ["K1", "K2", "K3"].map((suffix) => keyId(sampleUlid(suffix)));
export const sampleLeases = ["E1", "E2", "E3", "E4", "E5"].map((suffix) => leaseId(sampleUlid(suffix)));
export const samplePrices = ["P1", "P2"].map((suffix) => priceId(sampleUlid(suffix)));
export const sampleCustomers = ["C1", "C2"].map((suffix) => customerId(sampleUlid(suffix)));

/** Events of few customers, keys, models, prices and hours, so that many share a counter. */
export const usageEvents = (count: { readonly minLength: number; readonly maxLength: number }) =>
  fc
    .array(
      fc.record({
        customer: fc.constantFrom(...sampleCustomers),
        key: fc.constantFrom(...sampleKeyIds),
        lease: fc.constantFrom(...sampleLeases),
        model: fc.constantFrom("sample-chat", "other.model-2"),
        price: fc.constantFrom(...samplePrices),
        outcome: fc.constantFrom(...outcomes),
        waived: fc.boolean(),
        inputTokens: fc.nat(1000),
        outputTokens: fc.nat(1000),
        cost: fc.bigInt(0n, 10n ** 16n),
        minutes: fc.integer({ min: -90, max: 90 }),
      }),
      count,
    )
    .map((drafts): readonly UsageEvent[] =>
      drafts.map(({ inputTokens, outputTokens, cost, minutes, ...said }, index) =>
        usageEvent(index, {
          ...said,
          quantities: { inputTokens, outputTokens, requests: 1 },
          cost: picodollars(said.waived ? 0n : cost),
          admittedAt: epochMs(sampleNow + minutes * 60_000),
          endedAt: epochMs(sampleNow + minutes * 60_000 + 1200),
        }),
      ),
    );
