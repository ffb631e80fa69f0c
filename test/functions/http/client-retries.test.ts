import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import OpenAI from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Refusal, refusalCodes } from "../../../core/inference/refusal.ts";
import { renderingOf } from "../../../functions/http/error-table.ts";
import { refused } from "../../../functions/http/response.ts";

/** What the official client does by itself with every refusal, as functions render it. */

/** Answers with the refusal as often as there are failures left, and then with a model. */
const state: { refusal: Refusal; failuresLeft: number; requests: number } = {
  refusal: { code: "internal_error", message: "" },
  failuresLeft: 0,
  requests: 0,
};
let server: Server;
let client: OpenAI;

beforeAll(async () => {
  server = createServer((_request, response) => {
    state.requests += 1;
    state.failuresLeft -= 1;
    if (state.failuresLeft < 0) {
      response.writeHead(200, { "content-type": "application/json" }).end('{"id": "tiny-chat"}');
      return;
    }
    const { statusCode, headers, body } = refused(state.refusal);
    response.writeHead(statusCode, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  client = new OpenAI({ baseURL: `http://127.0.0.1:${port}/v1`, apiKey: "any", maxRetries: 2 });
});
afterAll(() => server.close());

/** Waiting is the client's own, too: a millisecond keeps the test short. */
const refuseTwice = (code: Refusal["code"]): void => {
  Object.assign(state, {
    refusal: { code, message: `This is ${code}.`, retryAfterSeconds: 0.001 },
    failuresLeft: 2,
    requests: 0,
  });
};

const canPass = (code: Refusal["code"]): boolean => renderingOf(code).retryAfterSeconds !== undefined;

test.each(refusalCodes.filter(canPass))("%s is sent again until it passes", async (code) => {
  refuseTwice(code);
  expect(await client.models.retrieve("tiny-chat")).toMatchObject({ id: "tiny-chat" });
  expect(state.requests).toBe(3);
});

test.each(refusalCodes.filter((code) => !canPass(code)))(
  "%s is shown at once, and not sent again in vain",
  async (code) => {
    refuseTwice(code);
    await expect(client.models.retrieve("tiny-chat")).rejects.toMatchObject({
      status: renderingOf(code).status,
      code,
      type: renderingOf(code).type,
      message: expect.stringContaining(`This is ${code}.`),
    });
    expect(state.requests).toBe(1);
  },
);

test("what does not pass is shown after two retries", async () => {
  refuseTwice("model_overloaded");
  state.failuresLeft = 3;
  await expect(client.models.retrieve("tiny-chat")).rejects.toMatchObject({ code: "model_overloaded" });
  expect(state.requests).toBe(3);
});
