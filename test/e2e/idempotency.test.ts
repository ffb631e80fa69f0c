import { beforeAll, expect, test } from "vitest";
import { until } from "../support/until.ts";
import { type TestPlatform, sharedTestPlatform } from "./test-platform.ts";

/** A request sent twice under one `Idempotency-Key` runs once and is billed once. */

let platform: TestPlatform;
let apiKey: string;

beforeAll(async () => {
  platform = await sharedTestPlatform();
  apiKey = await platform.issue();
});

type Answer = { readonly status: number; readonly headers: Headers; readonly text: string };

const send = async (key: string, fields: object = {}, asKey = apiKey): Promise<Answer> => {
  const response = await fetch(`${platform.platform.baseUrl}/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${asKey}`, "content-type": "application/json", "idempotency-key": key },
    body: JSON.stringify({ model: "scripted", messages: [{ role: "user", content: "hello" }], ...fields }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
};

test("a finished answer is replayed word for word, under its own request id, and not billed again", async () => {
  const answers: Answer[] = [];
  const events = await platform.eventsOf(async () => {
    answers.push(await send("order-1"), await send("order-1"));
  });
  const [first, second] = answers;
  expect(events).toHaveLength(1);
  expect(second?.text).toBe(first?.text);
  expect(second?.headers.get("idempotent-replayed")).toBe("true");
  expect(second?.headers.get("x-request-id")).toBe(first?.headers.get("x-request-id"));
});

test("the same key for another body is refused, and means nothing for another customer", async () => {
  await send("order-2");
  const other = await send("order-2", { max_tokens: 7 });
  expect(other.status).toBe(422);
  expect(other.text).toContain("idempotency_mismatch");
  expect((await send("order-2", { max_tokens: 7 }, await platform.issue())).status).toBe(200);
});

test("while the first one runs, the second is told to wait", async () => {
  const { scripted } = platform;
  const held = () => send("order-3", { stream: true, script: { held: true } });
  const events = await platform.eventsOf(async () => {
    const before = scripted.received.length;
    const first = held();
    await until(() => scripted.received.length > before);
    const second = await held();
    expect(second.status).toBe(409);
    expect(second.headers.get("retry-after")).toMatch(/^\d+$/);
    scripted.release();
    expect((await first).status).toBe(200);
  });
  expect(events).toHaveLength(1);
  // The claim is closed after the last byte; until then the answer is to wait.
  await until(async () => (await held()).text.includes("idempotency_not_replayable"));
});

test("a failed attempt frees its key: the client's retry runs", async () => {
  const script = { script: { status: 500 } };
  const events = await platform.eventsOf(async () => {
    expect((await send("order-4", script)).status).toBe(502);
    expect((await send("order-4", script)).status).toBe(502);
  }, 2);
  expect(events.map(({ cost }) => cost)).toEqual([0n, 0n]);
});

test.each([
  ["with a space in it", "order 5"],
  ["longer than 255 characters", "x".repeat(256)],
])("a key %s is refused", async (_case, key) => {
  const { status, text } = await send(key);
  expect(status).toBe(400);
  expect(text).toContain("`Idempotency-Key` must be");
});

test("no function was denied anything it needs", () => {
  expect(platform.platform.cloud.denials()).toEqual([]);
});
