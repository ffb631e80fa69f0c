import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { streamCompletion } from "../../models/server/chat/stream-completion.ts";
import type { JobEvent } from "../../models/server/engine/protocol.ts";
import type { Outcome } from "../../models/server/http/answer.ts";

const request = {
  job: {
    messages: [],
    tokensMax: undefined,
    choices: 1,
    stop: [],
    temperature: undefined,
    topP: undefined,
    seed: undefined,
    ignoreEnd: false,
  },
  stream: true,
  includeUsage: false,
  continuousUsage: false,
};

const servers: http.Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

async function* replay(events: readonly JobEvent<"chat">[]) {
  yield* events;
}

const stream = async (events: readonly JobEvent<"chat">[]) => {
  let outcome: Outcome | undefined;
  const server = http.createServer((_request, response) => {
    void streamCompletion(replay(events), request, "model", response).then((end) => (outcome = end));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const body = await response.text();
  return { status: response.status, type: response.headers.get("content-type"), body, outcome };
};

const prompt: JobEvent<"chat"> = { type: "prompt", promptTokens: 3 };

test("a failure midway is an error event, and the stream ends without [DONE]", async () => {
  const text: JobEvent<"chat"> = { type: "text", choice: 0, text: "half", completionTokens: 1 };
  const { status, body, outcome } = await stream([prompt, text, { type: "failed" }]);
  const events = body.trimEnd().split("\n\n");
  expect(status).toBe(200);
  expect(JSON.parse(events.at(-1)?.replace("data: ", "") ?? "")).toMatchObject({
    error: { type: "server_error", code: "internal_error" },
  });
  expect(body).not.toContain("[DONE]");
  expect(outcome).toEqual({ outcome: "failed", promptTokens: 3, completionTokens: 1 });
});

test("a failure before the first chunk is a plain 500", async () => {
  const { status, type } = await stream([prompt, { type: "failed" }]);
  expect({ status, type }).toEqual({ status: 500, type: "application/json" });
});

test("an answer of no text is still a complete stream", async () => {
  const { body, outcome } = await stream([
    prompt,
    { type: "choice-end", choice: 0, reason: "stop", completionTokens: 1 },
  ]);
  expect(body).toContain('"role":"assistant"');
  expect(body).toContain('"finish_reason":"stop"');
  expect(body.endsWith("data: [DONE]\n\n")).toBe(true);
  expect(outcome).toEqual({ outcome: "completed", promptTokens: 3, completionTokens: 1 });
});
