import { APIError } from "openai";
import { beforeAll, describe, expect, test } from "vitest";
import { balanceOf } from "../../core/admission/balance.ts";
import { walletPurse } from "../../core/admission/purse.ts";
import { addCredit } from "../../core/billing/add-credit.ts";
import { parseGrantId } from "../../core/billing/ledger/grant.ts";
import type { CustomerId } from "../../core/identifiers.ts";
import { type Money, add, formatDollars, parseDollars, zero } from "../../core/money.ts";
import { after } from "../../core/time.ts";
import { systemClock } from "../../functions/system.ts";
import { present } from "../support/present.ts";
import { type TestPlatform, billingProfileOf, rolledUp, sharedTestPlatform } from "./test-platform.ts";

/** Spending never passes what a customer has, whatever the concurrency. */

let platform: TestPlatform;

beforeAll(async () => {
  platform = await sharedTestPlatform();
});

const messages = [{ role: "user" as const, content: "hello" }];

const dollars = (text: string): Money => parseDollars(text) ?? zero;

/** What each of `count` concurrent calls came to: its cost, or the refusal's status and code. */
const crowd = async (apiKey: string, count: number, script: object = {}, onAnswer = () => {}) => {
  const client = platform.client(apiKey);
  // No field of OpenAI's: it passes through to the scripted model.
  const scripted = { script };
  const call = async (): Promise<string> => {
    try {
      await client.chat.completions.create({ model: "scripted", messages, max_tokens: 256, ...scripted });
      return "answered";
    } catch (error) {
      return error instanceof APIError ? `${error.status} ${error.code}` : String(error);
    } finally {
      onAnswer();
    }
  };
  return Promise.all(Array.from({ length: count }, call));
};

/** A limit per minute begins anew with the minute: work in which one ends is done once more. */
const withinOneMinute = async <Outcome>(work: () => Promise<Outcome>): Promise<Outcome> => {
  const minute = () => Math.floor(Date.now() / 60_000);
  const before = minute();
  const outcome = await work();
  return minute() === before ? outcome : work();
};

const spentBy = async (customer: string): Promise<Money> =>
  add(
    zero,
    ...(await platform.usageEvents()).filter((event) => event.customer === customer).map(({ cost }) => cost),
  );

/** Closes the customer's leases, after which nothing is held. */
const closeLeases = async (customer: CustomerId): Promise<void> => {
  await platform.closeLeases(customer);
  const { ports, region } = platform.money;
  expect((await balanceOf(ports, walletPurse(customer).id, region)).held).toBe(zero);
};

/**
 * Posts with the deployed function. An hour later by its clock, so that every lease has run out: what is left open by
 * processes that live is closed for them.
 */
const postUsage = async (customer: CustomerId): Promise<void> => {
  await platform.platform.profiles.put(billingProfileOf(customer));
  await platform.invoke("post-usage", {
    source: "aws.events",
    time: new Date(after(systemClock.now(), 60 * 60_000)).toISOString(),
  });
};

/** Everything that was spent is in every one of the books, to the picodollar. */
const expectBalanced = async (customer: CustomerId): Promise<void> => {
  await postUsage(customer);
  const spent = formatDollars(await spentBy(customer));
  const audited = async () => {
    const { ok, report } = await platform.audit({ customer });
    const { archive, counters, cells, open, ledger } = report.totals;
    return { ok, archive, counters, cells, open, ledger };
  };
  await expect
    .poll(audited, rolledUp)
    .toEqual({ ok: true, archive: spent, counters: spent, cells: spent, open: "0", ledger: spent });
};

test("200 concurrent clients on a wallet of a cent spend no more than it holds, and the rest are told so", async () => {
  const customer = await platform.customerWith("0.01");
  const apiKey = await platform.issue({ customer });
  const usage = { prompt_tokens: 20, completion_tokens: 200 };
  const outcomes = new Set(await crowd(apiKey, 200, { usage }));
  await closeLeases(customer);
  // Those that are told to come back do so, one by one, until the wallet cannot pay for a request any more.
  for (let last = ""; last !== "402 budget_exhausted"; outcomes.add(last))
    [last = ""] = await crowd(apiKey, 1, { usage });
  await closeLeases(customer);
  expect(outcomes).toContain("answered");
  for (const outcome of outcomes)
    expect(outcome).toMatch(/^(answered|402 budget_exhausted|429 in_flight_budget)$/);
  const spent = await spentBy(customer);
  expect(spent <= dollars("0.01")).toBe(true);
  // A request costs 420 microdollars, and less than 1,000 must be held for it: that much at most is left over.
  expect(spent > dollars("0.009")).toBe(true);
  const balance = await platform.platform.balance(customer);
  expect(balance).toMatchObject({ spent, held: zero, credited: dollars("0.01") });
  await expectBalanced(customer);
});

test("functions killed at random: no more is spent than there is, and what their requests cost is on record", async () => {
  const customer = await platform.customerWith("0.02");
  const apiKey = await platform.issue({ customer });
  const killed = new Set<number>();
  // After every eighth answer, so that a slow machine is left time for others.
  const script = { words: 20, usage: { prompt_tokens: 20, completion_tokens: 100 } };
  let answers = 0;
  const outcomes = await crowd(apiKey, 60, script, () => {
    answers += 1;
    const victim = platform.inferProcesses().find((pid) => !killed.has(pid));
    if (answers % 8 !== 0 || victim === undefined) return;
    process.kill(victim, "SIGKILL");
    killed.add(victim);
  });
  expect(killed.size).toBeGreaterThan(4);
  expect(outcomes).toContain("answered");
  await closeLeases(customer);
  const balance = await platform.platform.balance(customer);
  expect(balance.spent).toBe(await spentBy(customer));
  expect(add(balance.spent, balance.remaining)).toBe(dollars("0.02"));
  expect(balance.remaining >= zero).toBe(true);
  await expectBalanced(customer);
  // Nobody knows what a process that died had in flight; that it may have had something is said.
  const { report } = await platform.audit({ customer });
  expect(report.notices.map(({ kind }) => kind)).toContain("expired");
});

test("the money of a wallet in two cells is brought to the one that has none, and nothing of it is lost", async () => {
  const { ports, region } = platform.money;
  const customer = await platform.customerWith("2");
  await platform.platform.profiles.put(billingProfileOf(customer));
  const { id: purse } = walletPurse(customer);
  await ports.cells.create({ purse, region, shard: 1 }, zero);
  const contents = async () => (await ports.cells.ofPurse(purse)).map(({ available }) => available);
  const { schedules } = platform.platform.cloud;
  const rule = present(schedules.rules.find((name) => name.includes("RebalanceWallets")));

  expect(await schedules.fire(rule)).toEqual(["succeeded"]);
  expect(await contents()).toEqual([dollars("1"), dollars("1")]);
  expect(await schedules.fire(rule)).toEqual(["succeeded"]);
  expect(await contents()).toEqual([dollars("1"), dollars("1")]);
  expect(await platform.platform.balance(customer)).toMatchObject({ credited: dollars("2"), spent: zero });
});

test("credit that has expired is taken out of the wallet by the next posting, and what was paid in stays", async () => {
  const { credit, profiles, cloud } = platform.platform;
  const customer = await platform.customerWith("1");
  await profiles.put(billingProfileOf(customer));
  const hoursAgo = (hours: number) => after(systemClock.now(), -hours * 60 * 60_000);
  const id = present(parseGrantId("grt_WELCOME"));
  const welcome = { id, customer, kind: "promotional", amount: dollars("2"), priority: 0 } as const;
  await addCredit(credit, { ...welcome, createdAt: hoursAgo(3), expiresAt: hoursAgo(2) });
  expect(await platform.platform.balance(customer)).toMatchObject({ remaining: dollars("3") });
  const rule = present(cloud.schedules.rules.find((name) => name.includes("PostUsageHourly")));
  for (let time = 0; time < 2; time++) {
    expect(await cloud.schedules.fire(rule)).toEqual(["succeeded"]);
    expect(await platform.platform.balance(customer)).toMatchObject({ remaining: dollars("1"), held: zero });
  }
  expect((await credit.ledger.book(customer)).balances).toMatchObject({
    promotional: zero,
    "write-off": zero,
  });
});

describe("a customer", () => {
  test("reads its balance, the last request included", async () => {
    const customer = await platform.customerWith("1");
    const apiKey = await platform.issue({ customer, scopes: ["infer", "billing:read"] });
    const read = async (): Promise<Record<string, unknown>> => {
      const response = await fetch(`${platform.platform.baseUrl}/balance`, {
        headers: { authorization: `Bearer ${apiKey}` },
      });
      return JSON.parse(await response.text());
    };
    expect(await read()).toMatchObject({ currency: "USD", credited: "1", spent: "0", remaining: "1" });
    await platform.client(apiKey).chat.completions.create({ model: "scripted", messages });
    expect(await read()).toMatchObject({ credited: "1", spent: "0.000017", remaining: "0.999983" });
  });

  test("without money is refused with 402, which clients do not retry", async () => {
    const apiKey = await platform.issue({ customer: await platform.customerWith("0.000001") });
    const before = platform.scripted.received.length;
    await expect(
      platform.client(apiKey, { maxRetries: 3 }).chat.completions.create({ model: "scripted", messages }),
    ).rejects.toMatchObject({ status: 402, code: "budget_exhausted", type: "insufficient_quota" });
    expect(platform.scripted.received.length).toBe(before);
  });

  test("is held to a key's budget, while another key of it still spends", async () => {
    const customer = await platform.customerWith("10");
    const shares = { "us-east-1": dollars("0.001") };
    const tight = await platform.issue({ customer, budget: { interval: "day", shares, shards: 1 } });
    const free = await platform.issue({ customer });
    const outcomes = await crowd(tight, 6, { usage: { prompt_tokens: 20, completion_tokens: 200 } });
    expect(outcomes.filter((outcome) => outcome === "answered").length).toBeLessThanOrEqual(2);
    const tiny = { "us-east-1": dollars("0.000001") };
    const hopeless = await platform.issue({ customer, budget: { interval: "day", shares: tiny, shards: 1 } });
    await expect(
      platform.client(hopeless).chat.completions.create({ model: "scripted", messages }),
    ).rejects.toMatchObject({
      status: 402,
      code: "budget_exhausted",
      message: expect.stringMatching(/key's budget/),
    });
    expect(await crowd(free, 1)).toEqual(["answered"]);
    expect((await spentBy(customer)) <= dollars("10")).toBe(true);
  });

  test("is held to a key's rate limit, and told how much is left of it", async () => {
    const apiKey = await platform.issue({ rateLimit: { requests: 3, tokens: 100_000 } });
    const { response } = await platform
      .client(apiKey)
      .chat.completions.create({ model: "scripted", messages })
      .withResponse();
    expect(response.headers.get("x-ratelimit-limit-requests")).toBe("3");
    expect(Number(response.headers.get("x-ratelimit-remaining-requests"))).toBeLessThanOrEqual(2);
    expect(response.headers.get("x-ratelimit-reset-tokens")).toMatch(/s$/);
    const outcomes = await withinOneMinute(() => crowd(apiKey, 6));
    expect(outcomes).toContain("429 rate_limited");
    expect(outcomes.filter((outcome) => outcome === "answered").length).toBeLessThanOrEqual(3);
  });
});

test("no function was denied anything it needs", () => {
  expect(platform.platform.cloud.denials()).toEqual([]);
});
