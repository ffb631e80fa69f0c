import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { audit } from "../../../core/billing/audit.ts";
import { archiveAppender } from "../../../core/billing/archive-append.ts";
import { type AuditLink, auditJson, auditText } from "../../../core/billing/audit-report.ts";
import type { AuditViews } from "../../../core/billing/audit-views.ts";
import { applyToCounters } from "../../../core/billing/counters-apply.ts";
import { hourMs } from "../../../core/billing/counters-key.ts";
import { type Money, add, picodollars, zero } from "../../../core/money.ts";
import { epochMs } from "../../../core/time.ts";
import { archiveCodec } from "../../../functions/adapters/s3/archive-codec.ts";
import { type Books, auditNow, auditScope, balancedBooks } from "../../support/audited-books.ts";
import { present } from "../../support/present.ts";
import { sampleNow } from "../../support/samples.ts";
import {
  numbered,
  sampleCustomers,
  sampleLeases,
  samplePrices,
  usageEvent,
  usageEvents,
} from "../../support/usage-events.ts";

const { customer } = auditScope;
const one = picodollars(1n);
const [firstLease = usageEvent(0).lease, secondLease = usageEvent(0).lease] = sampleLeases;

/** Eight events of two leases, ten minutes apart, one picodollar and its multiples each. */
const events = [0, 1, 2, 3, 4, 5, 6, 7].map((serial) => {
  const admittedAt = epochMs(sampleNow - 30 * 60_000 + serial * 10 * 60_000);
  return usageEvent(serial, {
    customer,
    lease: serial % 2 ? secondLease : firstLease,
    model: serial < 4 ? "sample-chat" : "other",
    price: present(samplePrices[serial % 2]),
    cost: picodollars(BigInt(serial + 1)),
    admittedAt,
    endedAt: epochMs(admittedAt + 1000),
  });
});
const [first] = events;
if (!first) throw new Error("there are events");

const report = async (books: Books, change: Partial<AuditViews> = {}, now = auditNow) =>
  audit({ ...books.views, ...change }, auditScope, now);

test("books that were made from the same events balance, wherever leases and periods cut them", () =>
  fc.assert(
    fc.asyncProperty(usageEvents({ minLength: 0, maxLength: 40 }), async (drafts) => {
      const found = await report(await balancedBooks(drafts));
      expect(found.links.flatMap((link) => link.first ?? [])).toEqual([]);
      expect(found.ok).toBe(true);
      expect(found.totals.counters).toBe(found.totals.archive);
      expect(found.totals.invoice).toBe(found.totals.archive);
      expect(found.totals.ledger).toBe(found.totals.cells);
    }),
    { numRuns: 60 },
  ));

describe("each link that breaks is found, and the first thing at which it does is named", () => {
  const raise = (amount: Money) => add(amount, one);
  const raiseSettlement = ({ settlements }: Books) => {
    const settlement = present(settlements.get(firstLease));
    settlements.set(firstLease, { ...settlement, spent: raise(settlement.spent) });
  };
  const dropSettlement = ({ settlements }: Books) => settlements.delete(firstLease);
  const raiseEarning = ({ earnings }: Books) => {
    const earning = present(earnings[0]);
    earnings[0] = { ...earning, amount: raise(earning.amount) };
  };
  const raiseInvoice = ({ invoiced }: Books) => {
    const line = present(invoiced[0]);
    invoiced[0] = { ...line, amount: raise(line.amount) };
  };
  const countTwice = ({ counters }: Books) =>
    applyToCounters(counters, "another shard", numbered([first]), sampleNow);
  const archiveTwice = ({ archive }: Books) =>
    archiveAppender(archive, archiveCodec)({ region: "eu-west-1", shard: "shard-2" }, numbered([first]));
  const damage = ({ archive }: Books) => {
    const [, name] = [...archive.objects.keys()];
    archive.objects.delete(present(name));
    return archive.create(present(name), Uint8Array.from([1, 2, 3]));
  };

  test.each<[string, AuditLink, (books: Books) => unknown, string]>([
    ["an archived file is damaged", "archive intact", damage, "usage/eu-west-1/shard-1/"],
    ["a request is archived twice", "archive intact", archiveTwice, first.request],
    ["an event was counted twice", "archive = counters", countTwice, first.request],
    ["a cell took a picodollar too much", "archive = cells", raiseSettlement, first.request],
    ["a lease was never settled", "archive = cells", dropSettlement, first.request],
    ["the ledger earned a picodollar too much", "cells = ledger", raiseEarning, "usage#"],
    ["the ledger forgot an hour", "cells = ledger", ({ earnings }) => earnings.splice(0, 1), firstLease],
    ["an invoice line is a picodollar too high", "ledger = invoice", raiseInvoice, first.request],
    [
      "an invoice line is missing",
      "ledger = invoice",
      ({ invoiced }) => invoiced.splice(0, 1),
      first.request,
    ],
  ])("%s", async (_what, link, falsify, subject) => {
    const books = await balancedBooks(events);
    await falsify(books);
    const found = await report(books);
    expect(found.ok).toBe(false);
    const broken = present(found.links.find((finding) => finding.link === link));
    expect(broken.breaks).toBeGreaterThan(0);
    expect(broken.first?.subject).toContain(subject);
    expect(auditText(found)).toContain(`BROKEN  ${link}`);
    expect(auditText(found)).toContain("do NOT balance");
    expect(JSON.parse(auditJson(found))).toMatchObject({ ok: false });
  });

  test("one that breaks alone leaves the others standing", async () => {
    const books = await balancedBooks(events);
    await countTwice(books);
    const { links } = await report(books);
    expect(links.filter(({ breaks }) => breaks > 0).map(({ link }) => link)).toEqual(["archive = counters"]);
  });

  test("an invoice whose lines are right and whose ledger is not is found by their sums", async () => {
    const books = await balancedBooks(events);
    raiseSettlement(books);
    raiseEarning(books);
    const { links } = await report(books);
    expect(links.find(({ link }) => link === "ledger = invoice")?.first).toMatchObject({
      subject: "invoice",
    });
  });
});

describe("what nobody pays for is said, and breaks nothing", () => {
  test("an event that could not be recorded, and a request that crashed", async () => {
    const books = await balancedBooks(events);
    books.unrecorded.push(usageEvent(90, { cost: one }), first);
    const crashed = { request: usageEvent(91).request, model: "sample-chat", admittedAt: sampleNow };
    const found = await report(books, {
      async *crashed() {
        yield crashed;
      },
    });
    expect(found.ok).toBe(true);
    // One of the unrecorded events has been put into the table since.
    expect(found.notices.map(({ kind, subject }) => [kind, subject])).toEqual([
      ["unrecorded", usageEvent(90).request],
      ["crashed", crashed.request],
    ]);
    expect(auditText(found)).toContain("crashed before its usage was recorded and is not billed");
  });

  test("what the platform bears, and what of a crash is billed", async () => {
    const late = usageEvent(92, { ...first, waived: true, cost: zero, absorbed: one });
    const crashed = usageEvent(94, { ...first, outcome: "failed", failure: "crashed", cost: one });
    const found = await report(await balancedBooks([...events, late, crashed]));
    expect(found.ok).toBe(true);
    expect(found.notices.map(({ kind, subject }) => [kind, subject])).toEqual([
      ["crashed", crashed.request],
      ["absorbed", late.request],
    ]);
    expect(found.notices[1]?.message).toContain("the platform bears its $0.000000000001");
  });

  test("a lease that is still open is not settled yet", async () => {
    const books = await balancedBooks(events);
    books.settlements.delete(firstLease);
    const closed = (await balancedBooks(events.filter(({ lease }) => lease === secondLease))).earnings;
    const found = await report(books, {
      settlements: { ...books.views.settlements, isOpen: async () => true },
      async *earnings() {
        yield* closed.map((earning) => ({ ...earning, cell: "wallet#eu-west-1#1" }));
      },
    });
    expect(found.links.flatMap((link) => link.first ?? [])).toEqual([]);
    expect(found.notices).toMatchObject([{ kind: "open", subject: firstLease }]);
  });

  test("an hour that has just ended may still be posted, one of yesterday may not", async () => {
    const books = await balancedBooks(events);
    books.earnings.splice(0);
    const soon = await report(books, {}, epochMs(sampleNow + hourMs));
    expect([soon.ok, soon.notices.map(({ subject }) => subject)]).toEqual([true, ["ledger"]]);
    expect((await report(books)).ok).toBe(false);
  });

  test("a period without an invoice is audited up to the ledger, and says so", async () => {
    const books = await balancedBooks(events);
    const found = await report(books, { invoiced: async () => undefined });
    expect(found.ok).toBe(true);
    expect(found.links.map(({ link }) => link)).not.toContain("ledger = invoice");
    expect(found.notices).toMatchObject([{ kind: "not-invoiced" }]);
  });
});

test("the events of other customers have no part in it", async () => {
  const foreign = usageEvent(93, { customer: present(sampleCustomers[1]), cost: one });
  const found = await report(await balancedBooks([...events, foreign]));
  expect([found.ok, found.totals.archive]).toEqual([true, 36n]);
});

test("the report reads as an accountant expects, and as a program does", async () => {
  const found = await report(await balancedBooks(events));
  expect(auditText(found)).toBe(
    [
      `Audit of ${customer}, usage from 2025-12-31 23:00 UTC to 2026-01-01 01:00 UTC`,
      "",
      "  ok      archive intact      2 compared",
      "  ok      archive = counters  8 compared",
      "  ok      archive = cells     2 compared",
      "  ok      cells = ledger      2 compared",
      "  ok      ledger = invoice    5 compared",
      "",
      "  archive   $0.000000000036",
      "  counters  $0.000000000036",
      "  cells     $0.000000000036",
      "  ledger    $0.000000000036",
      "  invoice   $0.000000000036",
      "",
      "The books balance to the picodollar.",
      "",
    ].join("\n"),
  );
  expect(JSON.parse(auditJson(found))).toMatchObject({
    ok: true,
    scope: { customer, from: auditScope.from },
    totals: { archive: "0.000000000036" },
  });
});
