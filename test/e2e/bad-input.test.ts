import { beforeAll, describe, expect, test } from "vitest";
import { formatKey } from "../../core/access/key-format.ts";
import { keyId, newUlid } from "../../core/identifiers.ts";
import { epochMs } from "../../core/time.ts";
import { randomBytes, systemClock } from "../../functions/system.ts";
import { type TestPlatform, sharedTestPlatform, textOf } from "./test-platform.ts";

/** Whatever a client sends, it gets an OpenAI-shaped answer that says what to do, and none of it is in a log. */

let platform: TestPlatform;
let apiKey: string;

beforeAll(async () => {
  platform = await sharedTestPlatform();
  apiKey = await platform.issue();
});

const canary = "canary-4f1d";

const messages = [{ role: "user", content: canary }];
const good = { model: "scripted", messages };

type Refusal = {
  readonly status: number;
  readonly error: Record<string, unknown>;
  readonly headers: Headers;
};

const send = async (
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
  path = "chat/completions",
): Promise<Refusal> => {
  const response = await fetch(`${platform.platform.baseUrl}/${path}`, {
    method: "POST",
    body,
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json", ...headers },
  });
  const { error } = JSON.parse(await response.text()) as { readonly error: Record<string, unknown> };
  return { status: response.status, error, headers: response.headers };
};

const expectRefusal = (refusal: Refusal, status: number, code: string, param?: string): void => {
  expect({ status: refusal.status, code: refusal.error["code"] }).toEqual({ status, code });
  expect(Object.keys(refusal.error).sort()).toEqual(["code", "message", "param", "type"]);
  expect(refusal.error["message"]).toMatch(/\w{3,}.*\.$/s);
  expect(refusal.error["message"]).not.toContain(canary);
  if (param !== undefined) expect(refusal.error["param"]).toBe(param);
  expect(refusal.headers.get("x-request-id")).toBeTruthy();
  expect(refusal.headers.get("access-control-allow-origin")).toBe("*");
};

describe("the key", () => {
  const withKey = (authorization: string) => send(JSON.stringify(good), { authorization });

  test("missing", async () => {
    const response = await fetch(`${platform.platform.baseUrl}/models`);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({
      error: { code: "missing_api_key", type: "authentication_error" },
    });
  });

  test("mistyped or invented: refused by its checksum, without a read", async () => {
    const { callLog } = platform.platform.cloud;
    callLog.start();
    const mistyped = apiKey.slice(0, -1) + (apiKey.endsWith("x") ? "y" : "x");
    for (const key of [mistyped, "fbx_live_x", "sk-1234567890", "ключ"].map(encodeURIComponent))
      expectRefusal(await withKey(`Bearer ${key}`), 401, "invalid_api_key");
    expectRefusal(await withKey(`Basic ${apiKey}`), 401, "invalid_api_key");
    expect(callLog.calls()).toEqual([]);
    callLog.stop();
  });

  test("well-formed but never issued, or with another's secret", async () => {
    const unknown = formatKey(keyId(newUlid(systemClock.now(), randomBytes)), "test", randomBytes(32));
    expectRefusal(await withKey(`Bearer ${unknown}`), 401, "invalid_api_key");
    const stolenId = formatKey(keyId(apiKey.slice(9, 35)), "test", randomBytes(32));
    expectRefusal(await withKey(`Bearer ${stolenId}`), 401, "invalid_api_key");
  });

  test("revoked, expired, without the scope, for other models, from elsewhere", async () => {
    const past = epochMs(systemClock.now() - 1000);
    const { keys } = platform.platform;
    const change = async (text: string, changes: object): Promise<string> => {
      const record = await keys.find(keyId(text.slice(9, 35)));
      if (!record) throw new Error("the key is not there");
      await keys.put({ ...record, ...changes });
      return text;
    };
    const revoked = await change(await platform.issue(), { revokedAt: past });
    expectRefusal(await withKey(`Bearer ${revoked}`), 401, "revoked_api_key");
    const expired = await change(await platform.issue(), { expiresAt: past });
    expectRefusal(await withKey(`Bearer ${expired}`), 401, "expired_api_key");
    const management = await platform.issue({ scopes: ["admin"] });
    expectRefusal(await withKey(`Bearer ${management}`), 403, "scope_missing");
    const narrow = await platform.issue({ models: ["tiny-chat"] });
    expectRefusal(await withKey(`Bearer ${narrow}`), 403, "model_not_allowed", "model");
    const elsewhere = await platform.issue({ sourceCidrs: ["203.0.113.0/24"] });
    expectRefusal(await withKey(`Bearer ${elsewhere}`), 403, "source_not_allowed");
    const here = await platform.issue({ sourceCidrs: ["127.0.0.0/8"] });
    const response = await platform
      .client(here)
      .chat.completions.create({ model: "scripted", messages: [{ role: "user", content: canary }] });
    expect(response.choices).toHaveLength(1);
  });
});

describe("the model", () => {
  test("unknown, of another task, without a price", async () => {
    expectRefusal(await send(JSON.stringify({ ...good, model: "gpt-4" })), 404, "model_not_found", "model");
    expectRefusal(await send(JSON.stringify({ ...good, model: "tiny-embed" })), 400, "wrong_task", "model");
  });
});

describe("the body", () => {
  const bytes = (text: string, ...tail: number[]) =>
    new Uint8Array([...new TextEncoder().encode(text), ...tail]);

  test.each<
    [
      name: string,
      body: string | Uint8Array<ArrayBuffer>,
      headers: Record<string, string>,
      status: number,
      code: string,
    ]
  >([
    ["empty", "", {}, 400, "invalid_json"],
    ["broken JSON", `{"model": "scripted", "messages": [${canary}`, {}, 400, "invalid_json"],
    ["an array", "[]", {}, 400, "invalid_json"],
    [
      "invalid UTF-8",
      bytes(`{"model":"scripted","messages":[{"role":"user","content":"`, 0xc3, 0x28, 0x22),
      {},
      400,
      "invalid_json",
    ],
    ["7 MB", JSON.stringify({ ...good, pad: "x".repeat(7 * 1024 * 1024) }), {}, 413, "request_too_large"],
    ["5 MB", JSON.stringify({ ...good, pad: "x".repeat(4.2 * 1024 * 1024) }), {}, 413, "request_too_large"],
    ["11 MB", JSON.stringify({ ...good, pad: "x".repeat(11 * 1024 * 1024) }), {}, 413, "request_too_large"],
    ["a form", "a=b", { "content-type": "application/x-www-form-urlencoded" }, 415, "unsupported_media_type"],
    ["deeply nested", `{"model":"scripted","messages":${"[".repeat(100_000)}`, {}, 400, "invalid_json"],
  ])("%s", async (_name, body, headers, status, code) => {
    expectRefusal(await send(body, headers), status, code);
  });

  test.each<[fields: object, param: string]>([
    [{ model: undefined }, "model"],
    [{ model: 7 }, "model"],
    [{ messages: undefined }, "messages"],
    [{ messages: [] }, "messages"],
    [{ messages: canary }, "messages"],
    [{ messages: [{ content: canary }] }, "messages[0].role"],
    [{ messages: [{ role: canary, content: "x" }] }, "messages[0].role"],
    [{ messages: [{ role: "user", content: 7 }] }, "messages[0].content"],
    [{ n: -1 }, "n"],
    [{ n: 0 }, "n"],
    [{ n: 1000 }, "n"],
    [{ max_tokens: -5 }, "max_tokens"],
    [{ max_tokens: 1.5 }, "max_tokens"],
    [{ max_tokens: "5" }, "max_tokens"],
    [{ max_completion_tokens: 1e300 }, "max_completion_tokens"],
    [{ temperature: 99 }, "temperature"],
    [{ top_p: -1 }, "top_p"],
    [{ stream: "yes" }, "stream"],
    [{ stop: [1, 2] }, "stop"],
    [{ stream_options: canary }, "stream_options"],
  ])("%j", async (fields, param) => {
    expectRefusal(await send(JSON.stringify({ ...good, ...fields })), 400, "invalid_request", param);
  });

  test("max_tokens beyond what the model may write", async () => {
    expectRefusal(
      await send(JSON.stringify({ ...good, max_tokens: 1e9 })),
      400,
      "output_limit_exceeded",
      "max_tokens",
    );
  });

  test("a prompt that does not fit the model", async () => {
    const long = { model: "tiny-chat", messages: [{ role: "user", content: `${canary} `.repeat(2000) }] };
    expectRefusal(await send(JSON.stringify(long)), 400, "context_length_exceeded");
  });

  test("fields that Farebox does not know reach the model; usage that a client invents changes nothing", async () => {
    const [event] = await platform.eventsOf(async () => {
      const response = await fetch(`${platform.platform.baseUrl}/chat/completions`, {
        method: "POST",
        body: JSON.stringify({ ...good, some_new_field: { a: 1 }, usage: { prompt_tokens: 0 }, user: null }),
        headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json; charset=utf-8" },
      });
      expect(response.status).toBe(200);
    });
    expect(platform.scripted.received.at(-1)?.body).toMatchObject({
      some_new_field: { a: 1 },
      max_tokens: 256,
    });
    expect(event).toMatchObject({ quantities: { inputTokens: 11, outputTokens: 3 }, cost: 17_000_000n });
  });
});

describe("the address", () => {
  test("unknown routes and methods", async () => {
    expectRefusal(await send("{}", {}, "nonsense"), 404, "unknown_url");
    expectRefusal(await send("{}", {}, "models"), 404, "unknown_url");
  });
});

test("nothing of what was sent, and no key, is in any log", () => {
  const text = textOf(platform.log);
  expect(text).toContain("/v1/chat/completions");
  expect(text).not.toMatch(new RegExp(`${canary}|fbx_test_`));
  expect(platform.platform.cloud.denials()).toEqual([]);
});
