import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseChatRequest } from "../../../functions/infer/chat-request-schema.ts";

const png = "data:image/png;base64,iVBORw0KGgo=";
const base = { model: "sample-chat", messages: [{ role: "user", content: "Hello" }] };
const parse = (change: object) => parseChatRequest({ ...base, ...change });
const accepted = (change: object) => {
  const parsed = parse(change);
  if (!parsed.ok) throw new Error(parsed.refusal.message);
  return parsed.request;
};

test.each<[object, string]>([
  [{ model: undefined }, "model"],
  [{ model: "" }, "model"],
  [{ model: 5 }, "model"],
  [{ model: null }, "model"],
  [{ model: "m".repeat(201) }, "model"],
  [{ messages: undefined }, "messages"],
  [{ messages: [] }, "messages"],
  [{ messages: "Hello" }, "messages"],
  [{ messages: {} }, "messages"],
  [{ messages: ["Hello"] }, "messages[0]"],
  [{ messages: [{ content: "x" }] }, "messages[0].role"],
  [{ messages: [...base.messages, { role: "robot", content: "x" }] }, "messages[1].role"],
  [{ messages: [{ role: "user", content: 5 }] }, "messages[0].content"],
  [{ messages: [{ role: "user", content: {} }] }, "messages[0].content"],
  [{ messages: [{ role: "user", content: ["x"] }] }, "messages[0].content"],
  [{ messages: [{ role: "user", content: [{ text: "x" }] }] }, "messages[0].content"],
  [{ n: -1 }, "n"],
  [{ n: 0 }, "n"],
  [{ n: 9 }, "n"],
  [{ n: 1.5 }, "n"],
  [{ n: "2" }, "n"],
  [{ max_tokens: 0 }, "max_tokens"],
  [{ max_tokens: -1 }, "max_tokens"],
  [{ max_tokens: 1.5 }, "max_tokens"],
  [{ max_tokens: "5" }, "max_tokens"],
  [{ max_tokens: true }, "max_tokens"],
  [{ max_tokens: Number.POSITIVE_INFINITY }, "max_tokens"],
  [{ max_tokens: 2 ** 53 }, "max_tokens"],
  [{ max_completion_tokens: -1, max_tokens: 5 }, "max_completion_tokens"],
  [{ stream: "true" }, "stream"],
  [{ stream: 1 }, "stream"],
  [{ stream_options: true }, "stream_options"],
  [{ stream_options: { include_usage: "yes" } }, "stream_options.include_usage"],
  [{ temperature: 2.1 }, "temperature"],
  [{ temperature: -0.1 }, "temperature"],
  [{ top_p: 1.1 }, "top_p"],
  [{ stop: 5 }, "stop"],
  [{ stop: ["a", "b", "c", "d", "e"] }, "stop"],
  [{ seed: 0.5 }, "seed"],
  [{ presence_penalty: 3 }, "presence_penalty"],
  [{ logit_bias: { "50256": 101 } }, "logit_bias"],
  [{ logit_bias: { token: 1 } }, "logit_bias"],
  [{ logit_bias: [] }, "logit_bias"],
  [{ tools: {} }, "tools"],
  [{ tools: [{}] }, "tools[0].type"],
  [{ tools: [{ type: "function" }] }, "tools[0].function"],
  [{ tools: [{ type: "function", function: { name: "a b" } }] }, "tools[0].function.name"],
  [
    { tools: [{ type: "function", function: { name: "a", parameters: "{}" } }] },
    "tools[0].function.parameters",
  ],
  [{ tool_choice: 5 }, "tool_choice"],
  [{ parallel_tool_calls: "yes" }, "parallel_tool_calls"],
  [{ response_format: "json" }, "response_format"],
  [{ response_format: { type: "json_schema" } }, "response_format.json_schema"],
  [{ response_format: { type: "json_schema", json_schema: {} } }, "response_format.json_schema.name"],
])("%j is refused and %s named", (change, param) => {
  expect(parse(change)).toMatchObject({
    ok: false,
    refusal: { code: "invalid_request", param, message: expect.stringContaining(`\`${param}\``) },
  });
});

test("a missing field is called required, one of the wrong type is not", () => {
  expect(parse({ messages: undefined })).toMatchObject({ refusal: { message: "`messages` is required." } });
  expect(parse({ messages: null })).toMatchObject({
    refusal: { message: expect.stringContaining("is not valid") },
  });
});

test("null means not set, as OpenAI has it", () => {
  const optional = [
    "stream",
    "stream_options",
    "max_tokens",
    "max_completion_tokens",
    "n",
    "temperature",
    "top_p",
    "stop",
    "seed",
    "presence_penalty",
    "frequency_penalty",
    "logit_bias",
    "tools",
    "response_format",
    "user",
    "logprobs",
  ];
  const request = accepted(Object.fromEntries(optional.map((name) => [name, null])));
  expect(request).toMatchObject({ stream: false, wantsUsage: false, choices: 1 });
  expect(request).not.toHaveProperty("outputTokens");
});

describe("what is accepted", () => {
  test.each<[string, object]>([
    [
      "every role",
      {
        messages: ["system", "developer", "user", "assistant", "tool", "function"].map((role) => ({
          role,
          content: "x",
        })),
      },
    ],
    [
      "an assistant without content, as before a tool's answer",
      { messages: [{ role: "assistant", content: null, tool_calls: [] }] },
    ],
    ["a message without content", { messages: [{ role: "assistant" }] }],
    ["max_tokens beyond any model, which admission refuses by name", { max_tokens: 1e9 }],
    ["one stop sequence or four", { stop: ["a", "b", "c", "d"] }],
    ["a bias for a token", { logit_bias: { "50256": -100 } }],
  ])("%s", (_, change) => expect(parse(change).ok).toBe(true));

  test("max_completion_tokens wins over its old name", () => {
    expect(accepted({ max_tokens: 5, max_completion_tokens: 7 }).outputTokens).toBe(7);
    expect(accepted({ max_tokens: 5, max_completion_tokens: null }).outputTokens).toBe(5);
  });

  test("only text parts count as text: anything else holds the whole context", () => {
    const text = { type: "text", text: "x" };
    const withParts = (parts: object[]) =>
      accepted({ messages: [{ role: "user", content: parts }] }).isTextOnly;
    expect(withParts([text, text])).toBe(true);
    expect(withParts([text, { type: "image_url", image_url: { url: png } }])).toBe(false);
    expect(withParts([{ type: "something_new" }])).toBe(false);
  });

  test("unknown fields stay as they were sent, at every level", () => {
    const sent = {
      top_k: 40,
      metadata: { a: [1] },
      messages: [{ role: "user", content: [{ type: "text", text: "x", cache_control: {} }], name: "Zoë" }],
    };
    expect(accepted(sent).fields).toEqual({ ...base, ...sent });
  });
});

describe("images and other media", () => {
  const asking = (part: object, hosts: readonly string[] = []) =>
    parseChatRequest(
      { ...base, messages: [{ role: "user", content: [{ type: "text", text: "x" }, part] }] },
      hosts,
    );
  const imageAt = (url: unknown) => ({ type: "image_url", image_url: { url, detail: "low" } });
  const param = "messages[0].content[1]";

  test("an image as a data URL passes through as it is", () =>
    expect(asking(imageAt(png))).toMatchObject({
      ok: true,
      request: { remoteImages: [], isTextOnly: false },
    }));

  test("an image at a host that is allowed is to be fetched, from just there", () => {
    const url = "https://img.example.com/a.png?b=1";
    expect(asking(imageAt(url), ["img.example.com"])).toMatchObject({
      ok: true,
      request: {
        remoteImages: [
          { message: 0, part: 1, target: { host: "img.example.com", path: "/a.png?b=1", port: 443 } },
        ],
      },
    });
    for (const hosts of [[], ["example.com"], ["g.example.com"]])
      expect(asking(imageAt(url), hosts)).toMatchObject({
        ok: false,
        refusal: { param: `${param}.image_url.url` },
      });
  });

  test("of remote images there are few", () => {
    const parts = Array(5).fill(imageAt("https://img.example.com/a.png"));
    const parsed = parseChatRequest({ ...base, messages: [{ role: "user", content: parts }] }, [
      "img.example.com",
    ]);
    expect(parsed).toMatchObject({ ok: false, refusal: { param: "messages[0].content[4]" } });
  });

  test.each<[string, object]>([
    ["a text as an image", { type: "image_url", image_url: png }],
    ["an image without a URL", { type: "image_url", image_url: {} }],
    ["an image in a text part", { type: "text", text: "x", image_url: { url: "http://10.0.0.1/a" } }],
    ["a data URL that is no image", imageAt("data:text/html;base64,PGI+")],
    ["an image that is a document", imageAt("data:image/svg+xml;base64,PGI+")],
    ["a data URL that is not base64", imageAt("data:image/png,xyz")],
    ["a file of the server", imageAt("file:///etc/passwd")],
    ["a video by URL", { type: "video_url", video_url: { url: "http://169.254.169.254/" } }],
    ["a sound by URL", { type: "audio_url", audio_url: { url: " HTTPS:img.example.com" } }],
    ["a URL without a scheme", { type: "video_url", video_url: { url: "//169.254.169.254/" } }],
    ["a URL deep in a part of a new type", { type: "new", deep: [{ er: "gopher://x" }] }],
  ])("%s is refused", (_, part) =>
    expect(asking(part, ["img.example.com"])).toMatchObject({
      ok: false,
      refusal: { code: "invalid_request", param: expect.stringContaining(param) },
    }),
  );

  test("sound and other content pass through to the model", () =>
    expect(asking({ type: "input_audio", input_audio: { data: "UklGRg==", format: "wav" } }).ok).toBe(true));

  test("a text may speak of URLs", () =>
    expect(asking({ type: "text", text: "http://169.254.169.254/" }).ok).toBe(true));
});

/** What a client may have put anywhere in its body, and must not find quoted in a refusal. */
const canary = "CANARY-7f3a";
const canaries = fc.oneof(
  fc.constantFrom<unknown>(
    canary,
    [canary],
    { [canary]: canary },
    [[{ [canary]: canary }]],
    `${canary}\n`,
    73_219_456,
    -73_219_456.5,
  ),
);
const fields = [
  "model",
  "messages",
  "stream",
  "stream_options",
  "max_tokens",
  "max_completion_tokens",
  "n",
  "temperature",
  "top_p",
  "stop",
  "seed",
  "presence_penalty",
  "frequency_penalty",
  "logprobs",
  "top_logprobs",
  "logit_bias",
  "tools",
  "response_format",
  "user",
];

test("a refusal never quotes what was sent", () => {
  let refusals = 0;
  fc.assert(
    fc.property(fc.constantFrom(...fields), canaries, (field, value) => {
      for (const sent of [
        { [field]: value },
        { messages: [{ role: "user", content: "x", [field]: value }] },
        { messages: [{ role: value, content: value }] },
      ]) {
        const parsed = parse(sent);
        if (parsed.ok) continue;
        refusals += 1;
        expect(JSON.stringify(parsed)).not.toMatch(/CANARY|73219456/);
      }
    }),
    { numRuns: 300 },
  );
  expect(refusals).toBeGreaterThan(100);
});
