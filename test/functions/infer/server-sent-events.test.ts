import { expect, test } from "vitest";
import type { Refusal } from "../../../core/inference/refusal.ts";
import { toServerSentEvents } from "../../../functions/infer/server-sent-events.ts";
import { encode } from "../../support/sse.ts";

async function* failingMidway(): AsyncGenerator<Uint8Array | Refusal> {
  yield encode("data: {}\n\n");
  yield { code: "model_error", message: 'It "failed".\nTry again.' };
}

test("bytes pass as they are, and a failure midway is an error event on one line", async () => {
  const [bytes, error] = await Array.fromAsync(toServerSentEvents(failingMidway()));
  expect(bytes).toEqual(encode("data: {}\n\n"));
  expect(error).toBe(
    'data: {"error":{"message":"It \\"failed\\".\\nTry again.","type":"api_error","param":null,"code":"model_error"}}\n\n',
  );
});
