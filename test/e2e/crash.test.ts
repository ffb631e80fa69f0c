import type OpenAI from "openai";
import { beforeAll, describe, expect, test } from "vitest";
import { after } from "../../core/time.ts";
import { systemClock } from "../../functions/system.ts";
import { until } from "../support/until.ts";
import { type TestPlatform, billingProfileOf, rolledUp, sharedTestPlatform } from "./test-platform.ts";

let platform: TestPlatform;
let apiKey: string;

beforeAll(async () => {
  platform = await sharedTestPlatform();
  apiKey = await platform.issue();
});

const messages = [{ role: "user" as const, content: "hello" }];

const killInfer = async (): Promise<void> => {
  expect(platform.inferProcesses().length).toBeGreaterThan(0);
  await platform.killInfer();
};

/** `script` is no field of OpenAI's: Farebox passes it through to the model. */
const slow = { script: { words: 100, paceMs: 20 } };
const long = { script: { words: 200, paceMs: 100 } };
const silent = { script: { hang: true } };

test("a function killed before it answers: the client gets an error, and the next request works", async () => {
  const client = platform.client(apiKey);
  const before = platform.scripted.received.length;
  const hanging = client.chat.completions.create({
    model: "scripted",
    messages,
    ...silent,
  });
  const outcome = hanging.then(
    () => undefined,
    (error: unknown) => error,
  );
  await until(() => platform.scripted.received.length > before);
  await killInfer();
  expect(await outcome).toMatchObject({ status: 502, code: "internal_error" });
  expect((await client.chat.completions.create({ model: "scripted", messages })).choices).toHaveLength(1);
});

test("a function killed mid-stream: the client's stream breaks, and the next one works", async () => {
  const client = platform.client(apiKey);
  const read = async (): Promise<number> => {
    let chunks = 0;
    for await (const _ of await client.chat.completions.create({
      model: "scripted",
      messages,
      ...slow,
      stream: true,
    }))
      if (++chunks === 3) await killInfer();
    return chunks;
  };
  await expect(read()).rejects.toThrow(/terminated|aborted|other side closed|Premature/i);
  let text = "";
  for await (const chunk of await client.chat.completions.create({
    model: "scripted",
    messages,
    stream: true,
  }))
    text += chunk.choices[0]?.delta.content ?? "";
  expect(text).toContain("wörd2");
});

describe("what a killed function leaves of a dear request is settled when its lease is closed", () => {
  const crashedRequest = async (ask: (client: OpenAI) => Promise<unknown>) => {
    const customer = await platform.customerWith();
    const client = platform.client(await platform.issue({ customer }));
    await ask(client);
    const eventsOfCustomer = async () =>
      (await platform.usageEvents()).filter((event) => event.customer === customer);
    expect(await eventsOfCustomer()).toEqual([]);
    // Whoever closes it: here two at once and, an hour later by its clock, the deployed function that does so for everybody.
    await platform.platform.profiles.put(billingProfileOf(customer));
    const time = new Date(after(systemClock.now(), 60 * 60_000)).toISOString();
    await Promise.all([
      platform.closeLeases(customer),
      platform.closeLeases(customer),
      platform.invoke("post-usage", { source: "aws.events", time }),
    ]);
    const [event, ...others] = await eventsOfCustomer();
    expect(others).toEqual([]);
    expect(event).toMatchObject({ outcome: "failed", failure: "crashed", policy: "bill-delivered" });
    expect(await platform.platform.balance(customer)).toMatchObject({ spent: event?.cost, held: 0n });
    // In the hour that is over: what was closed since its posting began is posted by the next.
    await platform.invoke("post-usage", { source: "aws.events", time });
    // An event of no cost is missed by nobody until it is archived.
    await expect
      .poll(async () => {
        const { ok, report } = await platform.audit({ customer });
        return { ok, crashed: report.notices.filter(({ kind }) => kind === "crashed") };
      }, rolledUp)
      .toMatchObject({ ok: true, crashed: [{ subject: event?.request }] });
    return event;
  };

  test("before it answered: an event that says so, of no cost", async () => {
    const event = await crashedRequest(async (client) => {
      const received = platform.scripted.received.length;
      const hanging = client.chat.completions.create({ model: "scripted-dear", messages, ...silent });
      const outcome = hanging.then(
        () => undefined,
        (error: unknown) => error,
      );
      await until(() => platform.scripted.received.length > received);
      await killInfer();
      expect(await outcome).toMatchObject({ status: 502 });
    });
    expect(event).toMatchObject({ cost: 0n, waived: true, source: "estimated", quantities: {} });
  });

  test("in a stream of more than ten seconds: billed up to its last checkpoint", async () => {
    const event = await crashedRequest(async (client) => {
      const stream = await client.chat.completions.create({
        model: "scripted-dear",
        messages,
        stream: true,
        ...long,
      });
      let chunks = 0;
      const read = async (): Promise<void> => {
        for await (const _ of stream) if (++chunks === 120) await killInfer();
      };
      await expect(read()).rejects.toThrow(/terminated|aborted|other side closed|Premature/i);
    });
    expect(event).toMatchObject({ waived: false, source: "reported", streamed: true });
    const delivered = event?.quantities.outputTokens ?? 0;
    expect(delivered).toBeGreaterThan(50);
    expect(delivered).toBeLessThan(120);
    expect(event?.cost).toBe(BigInt(11 + 2 * delivered) * 1_000_000n);
  });
});
