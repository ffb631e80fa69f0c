import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseResponsesRequest } from "../../../functions/infer/responses-request-schema.ts";

const base = { model: "sample-chat", input: "Hello" };
const parse = (change: object) => parseResponsesRequest({ ...base, ...change });
const accepted = (change: object) => {
  const parsed = parse(change);
  if (!parsed.ok) throw new Error(parsed.refusal.message);
  return parsed.request;
};
const user = (...content: object[]) => ({ input: [{ role: "user", content }] });

test.each<[change: object, param: string, says: string]>([
  [{ store: true }, "store", "not stored here"],
  [{ previous_response_id: "resp_1" }, "previous_response_id", "send the whole conversation"],
  [{ conversation: "conv_1" }, "conversation", "send the whole conversation"],
  [{ background: true }, "background", "stream them"],
  [{ prompt: { id: "p" } }, "prompt", "send the text itself"],
  [{ truncation: "auto" }, "truncation", "expected disabled"],
  [{ include: ["file_search_call.results"] }, "include[0]", "nothing further"],
  [{ tools: [{ type: "web_search" }] }, "tools[0].type", "Declare functions"],
  [{ tools: [{ type: "file_search", vector_store_ids: [] }] }, "tools[0].type", "Declare functions"],
  [{ tools: [{ type: "mcp", server_url: "https://x.example" }] }, "tools[0].type", "Declare functions"],
  [{ tools: [{ type: "computer_use_preview" }] }, "tools[0].type", "Declare functions"],
  [{ tools: [{ type: "function", name: "a b" }] }, "tools[0].name", "expected 1 to 64 letters"],
  [{ tool_choice: { type: "file_search" } }, "tool_choice", "none of the forms"],
  [{ n: 2 }, "n", "one answer"],
  [{ messages: [] }, "messages", "takes `input`"],
  [{ max_tokens: 5 }, "max_tokens", "`max_output_tokens`"],
  [{ response_format: { type: "json_object" } }, "response_format", "`text.format`"],
  [{ max_output_tokens: 0 }, "max_output_tokens", ""],
  [{ temperature: 3 }, "temperature", ""],
  [{ text: { format: { type: "grammar" } } }, "text.format.type", "json_schema"],
  [{ text: { format: { type: "json_schema", name: "a" } } }, "text.format.schema", "required"],
  [{ metadata: { a: 1 } }, "metadata", "16 texts"],
  [{ input: undefined }, "input", "required"],
  [{ input: [] }, "input", "something to answer"],
  [{ input: [{ type: "reasoning", summary: [] }] }, "input", "besides reasoning"],
  [{ input: [{ type: "item_reference", id: "msg_1" }] }, "input[0].type", "nothing is stored here"],
  [{ input: [{ type: "web_search_call", id: "ws_1" }] }, "input[0].type", "do not run here"],
  [{ input: [{ role: "tool", content: "x" }] }, "input[0].role", "expected user"],
  [{ input: [{ role: "user" }] }, "input[0].content", "required"],
  [{ input: [{ type: "function_call_output", output: "x" }] }, "input[0].call_id", "required"],
  [user({ type: "input_file", file_id: "f" }), "input[0].content[0].type", "input_image"],
  [user({ type: "input_image", file_id: "f" }), "input[0].content[0].image_url", "required"],
  [
    { input: [{ role: "system", content: [{ type: "input_image", image_url: "data:" }] }] },
    "input[0].content[0].type",
    "expected a text",
  ],
])("%j is refused, and %s named", (change, param, says) =>
  expect(parse(change)).toMatchObject({
    ok: false,
    refusal: { code: "invalid_request", param, message: expect.stringContaining(says) },
  }),
);

test("null, and what is so by default, is not set", () => {
  const unset = {
    store: false,
    background: false,
    truncation: "disabled",
    previous_response_id: null,
    conversation: null,
    instructions: null,
    max_output_tokens: null,
    tools: [],
    tool_choice: null,
    text: { format: { type: "text" } },
    metadata: null,
    include: ["reasoning.encrypted_content"],
  };
  const { chat } = accepted(unset);
  expect(chat.fields).toEqual({ model: "sample-chat", messages: [{ role: "user", content: "Hello" }] });
  expect(chat).toMatchObject({ choices: 1, stream: false, isTextOnly: true });
});

describe("a chat model is asked", () => {
  test("a conversation as messages, with the calls of a turn in one of them", () => {
    const { chat } = accepted({
      instructions: "Be brief.",
      input: [
        { role: "developer", content: "Speak French." },
        { role: "user", content: [{ type: "input_text", text: "Films?" }] },
        { type: "reasoning", id: "rs_1", summary: [] },
        {
          type: "message",
          role: "assistant",
          content: [
            { type: "output_text", text: "I ", annotations: [] },
            { type: "output_text", text: "look." },
          ],
        },
        { type: "function_call", call_id: "c1", name: "find", arguments: "{}" },
        { type: "function_call", call_id: "c2", name: "buy", arguments: "[1]" },
        { type: "function_call_output", call_id: "c1", output: "none" },
        { type: "function_call_output", call_id: "c2", output: [{ type: "input_text", text: "done" }] },
      ],
    });
    expect(chat.fields["messages"]).toEqual([
      { role: "system", content: "Be brief." },
      { role: "system", content: "Speak French." },
      { role: "user", content: "Films?" },
      {
        role: "assistant",
        content: "I look.",
        tool_calls: [
          { id: "c1", type: "function", function: { name: "find", arguments: "{}" } },
          { id: "c2", type: "function", function: { name: "buy", arguments: "[1]" } },
        ],
      },
      { role: "tool", tool_call_id: "c1", content: "none" },
      { role: "tool", tool_call_id: "c2", content: "done" },
    ]);
    expect(chat.messageCount).toBe(6);
  });

  test("images as parts, which hold the whole context", () => {
    const url = "data:image/png;base64,iVBORw0KGgo=";
    const { chat } = accepted(
      user({ type: "input_text", text: "What?" }, { type: "input_image", image_url: url, detail: "low" }),
    );
    expect(chat.fields["messages"]).toEqual([
      {
        role: "user",
        content: [
          { type: "text", text: "What?" },
          { type: "image_url", image_url: { url, detail: "low" } },
        ],
      },
    ]);
    expect(chat.isTextOnly).toBe(false);
  });

  test("functions, formats and limits under chat's names, and unknown fields under their own", () => {
    const parameters = { type: "object", properties: {} };
    const { chat } = accepted({
      tools: [{ type: "function", name: "find", parameters, strict: true, description: null }],
      tool_choice: { type: "function", name: "find" },
      parallel_tool_calls: false,
      text: { format: { type: "json_schema", name: "film", schema: parameters, strict: true } },
      reasoning: { effort: "low" },
      max_output_tokens: 7,
      top_k: 4,
      metadata: { not: "for the model" },
    });
    expect(chat.fields).toEqual({
      model: "sample-chat",
      messages: [{ role: "user", content: "Hello" }],
      tools: [{ type: "function", function: { name: "find", parameters, strict: true } }],
      tool_choice: { type: "function", function: { name: "find" } },
      parallel_tool_calls: false,
      response_format: {
        type: "json_schema",
        json_schema: { name: "film", schema: parameters, strict: true },
      },
      reasoning_effort: "low",
      max_tokens: 7,
      top_k: 4,
    });
    expect(chat.outputTokens).toBe(7);
  });
});

test("a response repeats what was asked, with the API's defaults", () => {
  expect(accepted({ metadata: { a: "b" }, temperature: 0.5, user: "u" }).echo).toMatchObject({
    store: false,
    metadata: { a: "b" },
    temperature: 0.5,
    top_p: null,
    tools: [],
    tool_choice: "auto",
    text: { format: { type: "text" } },
    previous_response_id: null,
    user: "u",
  });
});

test("no body makes it throw, get more than one answer, or be quoted", () => {
  const canary = "CANARY-7f3a";
  const value = fc.oneof(
    fc.constantFrom<unknown>(canary, [canary], { type: canary }, { [canary]: canary }, null, -1, true, []),
    fc.constantFrom<unknown>([{ type: canary }], [{ role: canary, content: [{ type: canary }] }]),
    fc.jsonValue(),
  );
  const names = [
    "input",
    "tools",
    "tool_choice",
    "text",
    "metadata",
    "include",
    "n",
    "store",
    "stream",
    "__proto__",
  ];
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), value), (change) => {
      const parsed = parse(change);
      const told = parsed.ok ? { choices: parsed.request.chat.choices } : { says: parsed.refusal.message };
      expect({ choices: 1, says: "", ...told }).toEqual({
        choices: 1,
        says: expect.not.stringContaining("CANARY"),
      });
    }),
    { numRuns: 500 },
  );
});
