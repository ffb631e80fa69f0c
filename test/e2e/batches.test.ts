import { setTimeout as sleep } from "node:timers/promises";
import type OpenAI from "openai";
import { APIError, toFile } from "openai";
import { beforeAll, expect, test } from "vitest";
import type { CustomerId } from "../../core/identifiers.ts";
import { formatDollars, picodollars } from "../../core/money.ts";
import { systemClock } from "../../functions/system.ts";
import { after } from "../../core/time.ts";
import { until } from "../support/until.ts";
import {
  type TestPlatform,
  billingProfileOf,
  isFullSize,
  rolledUp,
  sharedTestPlatform,
  textOf,
} from "./test-platform.ts";

/** Batches as OpenAI's client uses them, run by the deployed queue and function. */

let platform: TestPlatform;
let customer: CustomerId;
let client: OpenAI;

beforeAll(async () => {
  platform = await sharedTestPlatform();
  customer = await platform.customerWith();
  client = platform.client(await platform.issue({ customer }));
});

const canary = "canary-4d1f";

type Line = {
  readonly id: string;
  readonly custom_id: string;
  readonly response: {
    readonly status_code: number;
    readonly request_id: string | null;
    readonly body: {
      readonly usage?: { readonly cost: number };
      readonly error?: { readonly code: string };
    };
  } | null;
  readonly error: { readonly code: string } | null;
};

const lineOf = (customId: string, body: object) =>
  JSON.stringify({
    custom_id: customId,
    method: "POST",
    url: "/v1/chat/completions",
    body: { model: "scripted", messages: [{ role: "user", content: `${canary} hello` }], ...body },
  });

const create = async (lines: readonly string[], by = client, metadata = {}) => {
  const file = await by.files.create({
    file: await toFile(Buffer.from(lines.join("\n")), "requests.jsonl"),
    purpose: "batch",
  });
  return by.batches.create({
    input_file_id: file.id,
    endpoint: "/v1/chat/completions",
    completion_window: "24h",
    metadata,
  });
};

const ended = new Set(["completed", "failed", "cancelled", "expired"]);
/** Looks now and then, as clients do. */
const finished = async ({ id }: OpenAI.Batch, by = client): Promise<OpenAI.Batch> => {
  for (;;) {
    const batch = await by.batches.retrieve(id);
    if (ended.has(batch.status)) return batch;
    await sleep(300);
  }
};

const linesOf = async (fileId: string | null | undefined, by = client): Promise<readonly Line[]> => {
  if (!fileId) return [];
  const text = await (await by.files.content(fileId)).text();
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
};

test("lines are answered at half the price, those that cannot be answered say why, and the files belong to the customer", async () => {
  const created = await create(
    [
      lineOf("good", {}),
      lineOf("refused", { model: "no-such-model" }),
      lineOf("invalid", { messages: [] }),
      lineOf("streamed", { stream: true }),
      lineOf("wordy", { script: { words: 7 } }),
    ],
    client,
    { campaign: "winter" },
  );
  expect(created).toMatchObject({
    id: expect.stringMatching(/^batch_/),
    object: "batch",
    status: "validating",
    endpoint: "/v1/chat/completions",
    metadata: { campaign: "winter" },
    output_file_id: null,
  });
  const batch = await finished(created);
  expect(batch).toMatchObject({
    status: "completed",
    errors: null,
    request_counts: { total: 5, completed: 2, failed: 3 },
  });
  const output = await linesOf(batch.output_file_id);
  expect(output.map(({ custom_id: id, response }) => [id, response?.status_code])).toEqual([
    ["good", 200],
    ["wordy", 200],
  ]);
  // 11 tokens of input at $0.5 per million, 3 or 7 of output at $1.
  expect(output.map(({ response }) => response?.body.usage?.cost)).toEqual([0.0000085, 0.0000125]);
  const errors = await linesOf(batch.error_file_id);
  expect(
    errors.map(({ custom_id: id, response }) => [id, response?.status_code, response?.body.error?.code]),
  ).toEqual([
    ["refused", 404, "model_not_found"],
    ["invalid", 400, "invalid_request"],
    ["streamed", 400, "invalid_request"],
  ]);
  expect((await client.files.list({ purpose: "batch_output" })).data.map(({ id }) => id).toSorted()).toEqual(
    [batch.output_file_id, batch.error_file_id].map(String).toSorted(),
  );
  // Whoever has the request's id finds what it cost.
  const generation = await client.get(`/generations/${output[0]?.response?.request_id}`);
  expect(generation).toMatchObject({ batch: batch.id, usage: { cost: 0.0000085 } });
  expect((await client.batches.list()).data.map(({ id }) => id)).toContain(batch.id);
});

test("an input that makes no sense fails the batch, and its errors name the lines", async () => {
  const batch = await finished(
    await create([lineOf("twice", {}), "{", lineOf("twice", {}), lineOf("x", {}).replace("POST", "GET")]),
  );
  expect(batch).toMatchObject({ status: "failed", output_file_id: null, error_file_id: null });
  expect(batch.errors?.data?.map(({ code, line }) => [code, line])).toEqual([
    ["invalid_json_line", 2],
    ["duplicate_custom_id", 3],
    ["invalid_method", 4],
  ]);
});

test("another customer's batch and files are as unknown as those that never were", async () => {
  const batch = await finished(await create([lineOf("mine", {})]));
  const stranger = platform.client(await platform.issue());
  const failure = async (work: Promise<unknown>) => {
    const error: unknown = await work.catch((error: unknown) => error);
    if (!(error instanceof APIError)) throw new Error("it succeeded");
    return { status: error.status, code: error.code };
  };
  const unknown = { status: 404, code: "batch_not_found" };
  expect(await failure(stranger.batches.retrieve(batch.id))).toEqual(unknown);
  expect(await failure(stranger.batches.cancel(batch.id))).toEqual(unknown);
  expect((await stranger.batches.list()).data).toEqual([]);
  const order = { endpoint: "/v1/chat/completions", completion_window: "24h" } as const;
  for (const file of [batch.input_file_id, batch.output_file_id ?? ""])
    expect(await failure(stranger.batches.create({ ...order, input_file_id: file }))).toEqual({
      status: 404,
      code: "file_not_found",
    });
});

test("a batch that is cancelled leaves out what has not run, and bills what has", async () => {
  // A model that says nothing from the fourth line on.
  const names = Array.from({ length: 20 }, (_, index) => `c${index}`);
  const before = platform.scripted.received.length;
  const created = await create(names.map((name, index) => lineOf(name, { script: { hang: index > 2 } })));
  await until(() => platform.scripted.received.length >= before + 8);
  expect((await client.batches.cancel(created.id)).status).toBe("cancelling");
  // Its runner would wait for the model until the deadline; it dies, and ten seconds later another follows.
  await platform.kill("run-batch");
  const batch = await finished(created);
  expect(batch).toMatchObject({
    status: "cancelled",
    request_counts: { total: 20, completed: 3, failed: 17 },
  });
  const output = await linesOf(batch.output_file_id);
  const errors = await linesOf(batch.error_file_id);
  expect([...output, ...errors].map(({ custom_id: id }) => id).toSorted()).toEqual(names.toSorted());
  expect(new Set(errors.map(({ error }) => error?.code))).toEqual(new Set(["batch_cancelled"]));
  const billed = (await platform.usageEvents()).filter(({ batch: of, cost }) => of === batch.id && cost > 0n);
  expect(billed.map(({ request }) => String(request)).toSorted()).toEqual(
    output.map(({ response }) => String(response?.request_id)).toSorted(),
  );
}, 120_000);

/**
 * A runner that died as it started had no time to say when its message is to come again. Going through the batch once more
 * sends all messages, as it does for one that is asked for when its time is up: those that were not lost come twice.
 */
const planAgain = (payer: CustomerId, { id }: OpenAI.Batch) => {
  const body = JSON.stringify({ kind: "plan", customer: payer, batch: id });
  return platform.invoke("run-batch", { Records: [{ messageId: "again", receiptHandle: "again", body }] });
};

/** A line costs a fiftieth of a processor's second. */
const manyLines = isFullSize ? 1000 : 80;

test("many lines, the runners killed three times: each answered once and billed once, and the books balance", async () => {
  const payer = await platform.customerWith();
  const paying = platform.client(await platform.issue({ customer: payer }));
  const names = Array.from({ length: manyLines }, (_, index) => `line-${index}`);
  const before = platform.scripted.received.length;
  const created = await create(
    names.map((name) => lineOf(name, {})),
    paying,
  );
  let killed = 0;
  for (const share of [0.15, 0.4, 0.65]) {
    const asked = Math.ceil(share * manyLines);
    await until(() => platform.scripted.received.length >= before + asked, 60_000);
    killed += await platform.kill("run-batch");
    await planAgain(payer, created);
  }
  expect(killed).toBeGreaterThanOrEqual(3);
  const batch = await finished(created, paying);
  expect(batch).toMatchObject({
    status: "completed",
    request_counts: { total: manyLines, completed: manyLines, failed: 0 },
    error_file_id: null,
  });
  const output = await linesOf(batch.output_file_id, paying);
  expect(output.map(({ custom_id: id }) => id)).toEqual(names);
  const events = (await platform.usageEvents()).filter(({ customer: of }) => of === payer);
  const billed = events.filter(({ cost }) => cost > 0n);
  expect(billed.map(({ request }) => String(request)).toSorted()).toEqual(
    output.map(({ response }) => String(response?.request_id)).toSorted(),
  );
  expect(new Set(billed.map(({ cost }) => cost))).toEqual(new Set([8_500_000n]));
  await platform.closeLeases(payer);
  expect(await platform.platform.balance(payer)).toMatchObject({
    spent: 8_500_000n * BigInt(manyLines),
    held: 0n,
  });
  await platform.platform.profiles.put(billingProfileOf(payer));
  const time = new Date(after(systemClock.now(), 60 * 60_000)).toISOString();
  await platform.invoke("post-usage", { source: "aws.events", time });
  const total = formatDollars(picodollars(8_500_000n * BigInt(manyLines)));
  await expect
    .poll(async () => {
      const { ok, report } = await platform.audit({ customer: payer });
      return { ok, archive: report.totals.archive, ledger: report.totals.ledger };
    }, rolledUp)
    .toEqual({ ok: true, archive: total, ledger: total });
}, 240_000);

test("nothing of what was asked or answered is in the logs", () => {
  expect(textOf(platform.log)).not.toContain(canary);
  expect(textOf(platform.log)).not.toContain("word0 word1");
});
