import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { archiveAppender } from "../../../../core/billing/archive-append.ts";
import { type AuditLink, auditJson, auditText } from "../../../../core/billing/audit/report.ts";
import type { CellClosings } from "../../../../core/billing/cell-closings.ts";
import { applyToCounters } from "../../../../core/billing/counters-apply.ts";
import { hourMs } from "../../../../core/billing/counters-key.ts";
import { leaseId, newUlid } from "../../../../core/identifiers.ts";
import { add, picodollars, subtract, zero } from "../../../../core/money.ts";
import { after, epochMs } from "../../../../core/time.ts";
import { usageArchiveCodec } from "../../../../functions/adapters/s3/archive-codec.ts";
import { type Books, auditNow, auditOf, auditScope, balancedBooks } from "../../../support/audited-books.ts";
import { present } from "../../../support/present.ts";
import { sampleNow } from "../../../support/samples.ts";
import {
  numbered,
  sampleCustomers,
  sampleLeases,
  samplePrices,
  usageEvent,
  usageEvents,
} from "../../../support/usage-events.ts";

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

test("books that were made from the same events balance, wherever leases and periods cut them", () =>
  fc.assert(
    fc.asyncProperty(usageEvents({ minLength: 0, maxLength: 40 }), async (drafts) => {
      const { links, ok, totals } = await auditOf(await balancedBooks(drafts));
      expect(links.flatMap((link) => link.first ?? [])).toEqual([]);
      expect(ok).toBe(true);
      const { archive } = totals;
      expect(totals).toEqual({
        archive,
        counters: archive,
        cells: archive,
        open: zero,
        ledger: archive,
        invoice: archive,
      });
    }),
    { numRuns: 60 },
  ));

describe("each link that breaks is found, and the first thing at which it does is named", () => {
  const changeClosing =
    (index: number, change: (closing: CellClosings) => CellClosings) => (books: Books) => {
      books.closings[index] = change(present(books.closings[index]));
    };
  /** The cell took a picodollar more for the lease than its events cost, and everything after says so too. */
  const takeMore = (books: Books) => {
    changeClosing(0, (closing) => ({
      ...closing,
      spentAfter: add(closing.spentAfter, one),
      leases: closing.leases.map((lease) => ({ ...lease, spent: add(lease.spent, one) })),
    }))(books);
    raiseCell(books);
  };
  const raiseCell = (books: Books) => {
    const cell = present(books.cells[0]);
    books.cells[0] = { ...cell, spent: add(cell.spent, one) };
  };
  const addTwice = changeClosing(0, (closing) => ({ ...closing, spentAfter: add(closing.spentAfter, one) }));
  const closeAgain = (books: Books) => {
    const closing = present(books.closings[0]);
    const [spent, spentBefore] = [subtract(closing.spentAfter, closing.spentBefore), closing.spentAfter];
    books.closings.push({ ...closing, spentBefore, spentAfter: add(spentBefore, spent) });
    books.cells[0] = { ...present(books.cells[0]), spent: add(spentBefore, spent) };
  };
  const closePhantom = (books: Books) => {
    const lease = leaseId(newUlid(sampleNow, (count) => new Uint8Array(count).fill(7)));
    const closing = present(books.closings[0]);
    const spentAfter = add(closing.spentAfter, one);
    const leases = [{ lease, spent: one, expired: false }];
    books.closings.push({ ...closing, spentBefore: closing.spentAfter, spentAfter, leases });
    raiseCell(books);
  };
  const forgetClosing = (books: Books) => books.closings.splice(0, 1);
  const raiseEarning = ({ earnings }: Books) => {
    const earning = present(earnings[0]);
    earnings[0] = { ...earning, amount: add(earning.amount, one), through: add(earning.through, one) };
  };
  const forgetHour = ({ earnings }: Books) => earnings.splice(0, 1);
  /** As if the region's streams had not run: neither events nor closings are archived or counted. */
  const loseEvidence = async (books: Books) => {
    const { archive, counters, invoiced } = await balancedBooks([]);
    books.closings.splice(0);
    Object.assign(books, { archive, counters, invoiced });
  };
  const loseOneCell = (books: Books) => {
    const { cell } = present(books.closings[0]);
    const kept = books.closings.filter((closing) => closing.cell !== cell);
    books.closings.splice(0, books.closings.length, ...kept);
  };
  const raiseInvoice = ({ invoiced }: Books) => {
    const line = present(invoiced[0]);
    invoiced[0] = { ...line, amount: add(line.amount, one) };
  };
  const countTwice = ({ counters }: Books) =>
    applyToCounters(counters, "another shard", numbered([first]), sampleNow);
  const archiveTwice = ({ archive }: Books) =>
    archiveAppender(archive, usageArchiveCodec)({ region: "eu-west-1", shard: "shard-2" }, numbered([first]));
  const damage = ({ archive }: Books) => {
    const [, name] = [...archive.objects.keys()];
    archive.objects.delete(present(name));
    return archive.create(present(name), Uint8Array.from([1, 2, 3]));
  };

  test.each<[string, AuditLink, (books: Books) => unknown, string]>([
    ["an archived file is damaged", "archive intact", damage, "usage/eu-west-1/shard-1/"],
    ["a request is archived twice", "archive intact", archiveTwice, first.request],
    ["an event was counted twice", "archive = counters", countTwice, first.request],
    ["a cell took a picodollar too much for a lease", "archive = cells", takeMore, first.request],
    ["a cell took more than its leases spent", "archive = cells", addTwice, firstLease],
    ["a cell changed without a closing", "archive = cells", raiseCell, "wallet:"],
    ["a lease was closed twice", "archive = cells", closeAgain, firstLease],
    ["a lease was closed that no event knows", "archive = cells", closePhantom, "lse_"],
    ["a lease was never closed", "archive = cells", forgetClosing, first.request],
    ["the ledger earned a picodollar too much", "cells = ledger", raiseEarning, "usage#0"],
    ["the ledger forgot an hour", "cells = ledger", forgetHour, firstLease],
    ["nothing of what was earned is archived", "cells = ledger", loseEvidence, "usage#0"],
    ["the closings of one cell are not archived", "cells = ledger", loseOneCell, "usage#0"],
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
    const found = await auditOf(books);
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
    const { links } = await auditOf(books);
    expect(links.filter(({ breaks }) => breaks > 0).map(({ link }) => link)).toEqual(["archive = counters"]);
  });

  test("an invoice whose lines are right and whose cells are not is found by their sums", async () => {
    const books = await balancedBooks(events);
    takeMore(books);
    const { links } = await auditOf(books);
    expect(links.find(({ link }) => link === "ledger = invoice")?.first).toMatchObject({
      subject: "invoice",
    });
  });
});

describe("what nobody pays for is said, and breaks nothing", () => {
  test("what the platform bears, and what of a crash is billed", async () => {
    const late = usageEvent(92, { ...first, waived: true, cost: zero, absorbed: one });
    const crashed = usageEvent(94, { ...first, outcome: "failed", failure: "crashed", cost: one });
    const found = await auditOf(await balancedBooks([...events, late, crashed]));
    expect(found.ok).toBe(true);
    expect(found.notices.map(({ kind, subject }) => [kind, subject])).toEqual([
      ["absorbed", late.request],
      ["crashed", crashed.request],
    ]);
    expect(found.notices[0]?.message).toContain("the platform bears its $0.000000000001");
  });

  test("a lease that was closed for a holder that may have died", async () => {
    const books = await balancedBooks(events);
    const closing = present(books.closings[0]);
    books.closings[0] = {
      ...closing,
      leases: closing.leases.map((lease) => ({ ...lease, expired: true })),
    };
    const found = await auditOf(books);
    expect(found.ok).toBe(true);
    expect(found.notices).toMatchObject([{ kind: "expired" }]);
    expect(auditText(found)).toContain("1 lease ran out and was closed for the processes that held them");
  });

  test("a lease that is still open is not settled yet", async () => {
    const books = await balancedBooks(events);
    const [closing] = books.closings.splice(0, 1);
    const cell = present(books.cells[0]);
    const grant = { amount: picodollars(1000n), expiresAt: sampleNow };
    books.cells[0] = { ...cell, spent: zero, grants: new Map([[firstLease, grant]]) };
    books.earnings.splice(0, 1);
    books.posted[present(closing).cell] = zero;
    const found = await auditOf(books);
    expect(found.links.flatMap((link) => link.first ?? [])).toEqual([]);
    expect(found.notices).toMatchObject([{ kind: "open", subject: firstLease }]);
  });

  test("what was taken in the last hours may still be posted, yesterday's must be", async () => {
    const books = await balancedBooks(events);
    books.earnings.splice(0);
    for (const cell of Object.keys(books.posted)) books.posted[cell] = zero;
    const soon = await auditOf(books, {}, epochMs(sampleNow + hourMs));
    expect([soon.ok, soon.notices.map(({ subject }) => subject)]).toEqual([true, ["ledger"]]);
    expect((await auditOf(books)).ok).toBe(false);
  });

  test("the last minutes of usage may be counted a moment later than they are archived", async () => {
    const books = await balancedBooks(events);
    const last = present(events.at(-1));
    await applyToCounters(books.counters, "another shard", numbered([last]), sampleNow);
    const soon = await auditOf(books, {}, after(last.admittedAt, 60_000));
    expect([soon.ok, soon.notices]).toMatchObject([true, [{ kind: "moving", subject: last.request }]]);
    expect((await auditOf(books)).ok).toBe(false);
  });

  test("a lease that was opened after its cell was looked at is open", async () => {
    const books = await balancedBooks(events);
    const lease = leaseId(newUlid(auditNow, (count) => new Uint8Array(count).fill(7)));
    const late = usageEvent(95, { ...first, lease });
    const { archive, counters, invoiced } = await balancedBooks([...events, late]);
    const found = await auditOf({ ...books, archive, counters, invoiced });
    expect(found.links.flatMap((link) => link.first ?? [])).toEqual([]);
    expect(found.notices).toMatchObject([{ kind: "open", subject: lease }]);
  });

  test("what was closed after the look at a cell may be archived before the audit", async () => {
    const books = await balancedBooks(events);
    const [closing] = books.closings;
    const cell = present(books.cells[0]);
    books.cells[0] = { ...cell, spent: present(closing).spentBefore };
    expect((await auditOf(books)).ok).toBe(true);
  });

  test("a period without an invoice is audited up to the ledger, and says so", async () => {
    const found = await auditOf(await balancedBooks(events), { invoiced: async () => undefined });
    expect(found.ok).toBe(true);
    expect(found.links.map(({ link }) => link)).not.toContain("ledger = invoice");
    expect(found.notices).toMatchObject([{ kind: "not-invoiced" }]);
  });
});

test("the events of other customers have no part in it", async () => {
  const foreign = usageEvent(93, { customer: present(sampleCustomers[1]), cost: one });
  const found = await auditOf(await balancedBooks([...events, foreign]));
  expect([found.ok, found.totals.archive]).toEqual([true, 36n]);
});

test("the report reads as an accountant expects, and as a program does", async () => {
  const found = await auditOf(await balancedBooks(events));
  expect(auditText(found)).toBe(
    [
      `Audit of ${customer}, usage from 2025-12-31 23:00 UTC to 2026-01-01 01:00 UTC`,
      "",
      "  ok      archive intact      3 compared",
      "  ok      archive = counters  8 compared",
      "  ok      archive = cells     2 compared",
      "  ok      cells = ledger      4 compared",
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
