import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseCompletionRequest } from "../../../functions/infer/completion-request-schema.ts";

const parse = (change: object) => parseCompletionRequest({ model: "m", prompt: "a", ...change });

test.each<[object, string]>([
  [{ model: undefined }, "model"],
  [{ prompt: undefined }, "prompt"],
  [{ prompt: null }, "prompt"],
  [{ prompt: "" }, "prompt"],
  [{ prompt: [] }, "prompt"],
  [{ prompt: ["a", 5] }, "prompt[1]"],
  [{ prompt: [[1], []] }, "prompt[1]"],
  [{ prompt: Array.from({ length: 129 }, () => "a") }, "prompt"],
  [{ n: 0 }, "n"],
  [{ n: 9 }, "n"],
  [{ best_of: 9 }, "best_of"],
  [{ n: 3, best_of: 2 }, "best_of"],
  [{ best_of: 2, stream: true }, "best_of"],
  [{ max_tokens: -1 }, "max_tokens"],
  [{ max_tokens: 1.5 }, "max_tokens"],
  [{ max_tokens: "5" }, "max_tokens"],
  [{ stop: ["a", "b", "c", "d", "e"] }, "stop"],
  [{ stream: "yes" }, "stream"],
  [{ stream_options: { include_usage: 1 } }, "stream_options.include_usage"],
  [{ echo: 1 }, "echo"],
  [{ suffix: 1 }, "suffix"],
  [{ logprobs: 21 }, "logprobs"],
  [{ temperature: 3 }, "temperature"],
])("%j is refused and %s named", (change, param) => {
  const parsed = parse(change);
  expect(parsed).toMatchObject({ ok: false, refusal: { code: "invalid_request", param } });
});

test("null is not set, what is not said has OpenAI's default, and unknown fields are kept", () => {
  const change = { n: null, best_of: null, max_tokens: null, suffix: null, echo: null, min_p: 0.1 };
  expect(parse(change)).toEqual({
    ok: true,
    request: {
      model: "m",
      prompts: ["a"],
      stream: false,
      wantsUsage: false,
      wantsRunningUsage: false,
      choices: 1,
      echo: false,
      fields: { model: "m", prompt: "a", ...change },
    },
  });
});

test("every answer that is written counts, shown or not, and none may be long", () => {
  expect(parse({ n: 2, best_of: 5 })).toMatchObject({ ok: true, request: { choices: 5 } });
  expect(parse({ max_tokens: 0, echo: true })).toMatchObject({
    ok: true,
    request: { outputTokens: 0, echo: true },
  });
});

test("whatever the prompt, it is read or refused, and a refusal quotes nothing of it", () =>
  fc.assert(
    fc.property(fc.anything(), (prompt) => {
      const parsed = parse({ prompt: [prompt, "CANARY", prompt] });
      expect(parsed.ok ? "" : parsed.refusal.message).not.toContain("CANARY");
    }),
  ));
