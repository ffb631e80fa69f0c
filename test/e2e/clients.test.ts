import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { UsageEvent } from "../../core/billing/usage-event.ts";
import { aiSdkClient } from "../support/clients/ai-sdk-client.ts";
import { type ApiClient, type Connection, type Failure, canary } from "../support/clients/api-client.ts";
import { cells, chatEvent, filmScript, streamed, toolScript } from "../support/clients/cells.ts";
import { langChainClient } from "../support/clients/langchain-client.ts";
import { openAiClient } from "../support/clients/openai-client.ts";
import { type Attempt, watchOutgoing } from "../support/outgoing-requests.ts";
import { until } from "../support/until.ts";
import { type TestPlatform, sharedTestPlatform, textOf } from "./test-platform.ts";

/** The clients that customers come with, unmodified: every call does what its documentation says, and leaves its events. */

const clients = { openai: openAiClient, "ai-sdk": aiSdkClient, langchain: langChainClient };
const everyClient = Object.entries(clients).map(([name, connect]) => ({ name, connect }));

let platform: TestPlatform;
let apiKey: string;
const outgoing = watchOutgoing();

beforeAll(async () => {
  platform = await sharedTestPlatform();
  apiKey = await platform.issue();
});
afterAll(() => outgoing.stop());

const connection = (more: Partial<Connection> = {}): Connection => ({
  baseUrl: platform.platform.baseUrl,
  apiKey,
  ...more,
});

/** What a client tried with a key, in order. */
const attemptsOf = (key: string): readonly Attempt[] =>
  outgoing.attempts.filter(({ authorization }) => authorization === `Bearer ${key}`);

const statusesOf = (key: string) => attemptsOf(key).map(({ answer }) => answer?.status);

/** How long a client waited after the answer to one attempt before it made the next. */
const waitAfter = (attempts: readonly Attempt[], index: number): number =>
  (attempts[index + 1]?.startedAt ?? Number.NaN) - (attempts[index]?.answer?.at ?? Number.NaN);

/** What is refused on sight: nothing is admitted, and asking again would change nothing. */
const refusals: readonly (readonly [
  what: string,
  status: number,
  code: string,
  model: string,
  key: (client: string) => Promise<string>,
])[] = [
  ["an unknown key", 401, "invalid_api_key", "scripted", async (client) => `fbx_test_${client}`],
  [
    "an empty wallet",
    402,
    "budget_exhausted",
    "scripted",
    async () => platform.issue({ customer: await platform.customerWith("0.000001") }),
  ],
  ["an unknown model", 404, "model_not_found", "no-such-model", () => platform.issue()],
  ["a model of another task", 400, "wrong_task", "tiny-embed", () => platform.issue()],
];

const failureOf = async (client: ApiClient, call: Promise<unknown>): Promise<Failure> => {
  const error: unknown = await call.then(
    (answer) => new Error(`it answered ${JSON.stringify(answer)}`),
    (reason: unknown) => reason,
  );
  return client.failureOf(error);
};

const inOrder = (events: readonly UsageEvent[]) => events.toSorted((a, b) => a.admittedAt - b.admittedAt);

describe.each(everyClient)("$name", ({ connect }) => {
  const has = (method: keyof ApiClient) => connect({ baseUrl: "http://127.0.0.1:2", apiKey: "none" })[method];

  test.each(cells.filter(([, method]) => has(method) !== undefined))(
    "%s",
    async (_does, _method, call, says, expected) => {
      const client = connect(connection());
      let said: unknown;
      const events = await platform.eventsOf(async () => {
        said = await call(client);
      }, expected.length);
      expect(said).toEqual(says);
      expect(inOrder(events)).toMatchObject(expected);
    },
  );

  test("sends the model what it was given: the tool, its result, the schema", async () => {
    const client = connect(connection());
    await client.useTool({ script: toolScript });
    expect(platform.scripted.received.at(-1)?.body).toMatchObject({
      tools: [{ type: "function", function: { name: "film_length" } }],
      messages: [{}, { role: "assistant" }, { role: "tool", content: "Nine Doors North lasts 118 minutes" }],
    });
    await client.structured({ script: filmScript });
    expect(platform.scripted.received.at(-1)?.body).toMatchObject({
      response_format: {
        type: "json_schema",
        json_schema: { schema: { properties: { title: { type: "string" }, minutes: { type: "number" } } } },
      },
    });
  });

  test("is told of a rate limit", async () => {
    const key = await platform.issue({ rateLimit: { requests: 1 } });
    const client = connect(connection({ apiKey: key }));
    const answers: unknown[] = [];
    // Three calls are in two minutes at most: one of them is a second one.
    for (let call = 0; call < 3; call += 1)
      answers.push(await client.chat({}).catch((error: unknown) => client.failureOf(error)));
    expect(answers).toContainEqual({ kind: "refused", status: 429, code: "rate_limited" });
  });

  test("waits as long as it is told to while its wallet is held by a request in flight", async () => {
    // Enough for one request.
    const key = await platform.issue({ customer: await platform.customerWith("0.0012") });
    const client = connect(connection({ apiKey: key, maxRetries: 2 }));
    const begun = Promise.withResolvers<void>();
    const events = await platform.eventsOf(async () => {
      const holding = client.stream({ script: { held: true } }, begun.resolve);
      await begun.promise;
      const waiting = client.chat({});
      await until(() => statusesOf(key).includes(429));
      platform.scripted.release();
      expect(await holding).toMatchObject({ text: "wörd0 wörd1 wörd2 " });
      expect(await waiting).toMatchObject({ text: "word0 word1 word2" });
    }, 2);
    expect(inOrder(events)).toMatchObject([chatEvent(3, streamed), chatEvent(3)]);
    const [first, ...others] = attemptsOf(key);
    expect(first?.answer?.status).toBe(200);
    // On a busy machine the money may still be held after the first second.
    expect(others.map(({ answer }) => answer?.status).join(" ")).toMatch(/^429 (429 )?200$/);
    for (const index of others.slice(1).keys()) expect(waitAfter(others, index)).toBeGreaterThan(950);
  });

  test("leaves mid-stream by its signal: the model is stopped, and what it said is billed", async () => {
    const client = connect(connection());
    const before = platform.scripted.wordsSent();
    const leaving = new AbortController();
    let heard = 0;
    const events = await platform.eventsOf(() =>
      client
        .stream({ script: { words: 200, paceMs: 10 }, signal: leaving.signal }, () => {
          if (++heard === 3) leaving.abort();
        })
        .catch(() => undefined),
    );
    expect(events).toMatchObject([{ outcome: "aborted", source: "reported", waived: false, streamed: true }]);
    const delivered = events[0]?.quantities.outputTokens ?? 0;
    expect(delivered).toBeGreaterThanOrEqual(3);
    expect(events[0]?.cost).toBe(BigInt(11 + 2 * delivered) * 1_000_000n);
    await until(async () => {
      const sent = platform.scripted.wordsSent();
      await sleep(100);
      return platform.scripted.wordsSent() === sent;
    });
    expect(platform.scripted.wordsSent() - before).toBeLessThan(200);
  });

  test("hears of a model that fails midway, and pays for what was delivered", async () => {
    const client = connect(connection());
    const events = await platform.eventsOf(async () => {
      await expect(client.stream({ script: { errorAfter: 2, words: 9 } })).rejects.toMatchObject({
        code: "model_error",
      });
    });
    expect(events).toMatchObject([{ outcome: "failed", failure: "model_error", cost: 15_000_000n }]);
  });
});

/** All clients at once, each as a customer of its own: they wait for most of the time. */
const atOnce = async <Outcome>(
  work: (connect: (more?: Partial<Connection>) => ApiClient, key: string) => Promise<Outcome>,
  eventsEach: number,
) => {
  const parties = await Promise.all(
    everyClient.map(async ({ name, connect }) => {
      const customer = await platform.customerWith();
      const key = await platform.issue({ customer });
      return {
        name,
        customer,
        key,
        work: () => work((more) => connect(connection({ apiKey: key, ...more })), key),
      };
    }),
  );
  let outcomes: readonly Outcome[] = [];
  const events = await platform.eventsOf(async () => {
    outcomes = await Promise.all(parties.map(({ work }) => work()));
  }, eventsEach * parties.length);
  return parties.map(({ name, customer, key }, index) => ({
    name,
    key,
    outcome: outcomes[index],
    events: inOrder(events.filter((event) => event.customer === customer)),
  }));
};

test.each(refusals)(
  "%s is refused with %i %s, and every client asks once",
  async (_, status, code, model, keyFor) => {
    const events = await platform.eventsOf(async () => {
      for (const { name, connect } of everyClient) {
        const key = await keyFor(name);
        const client = connect(connection({ apiKey: key, maxRetries: 2 }));
        expect(await failureOf(client, client.chat({ model }))).toEqual({ kind: "refused", status, code });
        expect(statusesOf(key)).toEqual([status]);
      }
    }, 0);
    expect(events).toEqual([]);
  },
);

test("a model that is unavailable once: every client asks again, and pays once", async () => {
  const parties = await atOnce(
    (connect, key) => connect({ maxRetries: 2 }).chat({ script: { failsFirst: key } }),
    2,
  );
  for (const { name, key, outcome, events } of parties) {
    expect(outcome).toMatchObject({ text: "word0 word1 word2" });
    expect(events).toMatchObject([
      { outcome: "failed", failure: "model_unavailable", waived: true, cost: 0n },
      chatEvent(3),
    ]);
    expect(statusesOf(key)).toEqual([503, 200]);
    // The answer says five seconds. LangChain waits as long as it thinks best.
    expect(waitAfter(attemptsOf(key), 0)).toBeGreaterThan(name === "langchain" ? 950 : 4_950);
  }
});

test("a client that gives up on a whole answer: it is made all the same, and billed once", async () => {
  const parties = await atOnce((connect) => {
    const client = connect({ timeoutMs: 1_000 });
    return failureOf(client, client.chat({ script: { words: 6, paceMs: 500 } }));
  }, 1);
  for (const { key, outcome, events } of parties) {
    expect(outcome).toEqual({ kind: "timeout" });
    expect(statusesOf(key)).toEqual([undefined]);
    expect(events).toMatchObject([chatEvent(6)]);
  }
});

test("no client talked to anybody else, no function was denied anything, and nothing that was sent was logged", () => {
  expect(new Set(outgoing.attempts.map(({ origin }) => new URL(origin).hostname))).toEqual(
    new Set(["127.0.0.1"]),
  );
  expect(platform.platform.cloud.denials()).toEqual([]);
  expect(textOf(platform.log)).not.toContain(canary);
});
