import { expect, test } from "vitest";
import { batchId } from "../../../core/identifiers.ts";
import { showResult } from "../../../functions/run-batch/show-result.ts";
import { sampleUlid, sampleUsageEvent } from "../../support/samples.ts";

const line = { batch: batchId(sampleUlid("B")), chunk: 2, line: 7 };
const id = `batch_req_${sampleUlid("B")}_2_7`;
const { request } = sampleUsageEvent;

test("an answer's cost is written as it was, digit by digit", () => {
  const text = showResult(line, 'a"b', { kind: "answered", request, body: '{"cost":0.000000000001}' });
  expect(text).toBe(
    `{"id":"${id}","custom_id":"a\\"b","response":{"status_code":200,"request_id":"${request}","body":{"cost":0.000000000001}},"error":null}\n`,
  );
});

test("a refusal has the status and the body that it would have as an answer", () => {
  const refusal = { code: "budget_exhausted", message: "It is empty." } as const;
  expect(JSON.parse(showResult(line, "a", { kind: "refused", refusal }))).toEqual({
    id,
    custom_id: "a",
    response: {
      status_code: 402,
      request_id: null,
      body: {
        error: { message: "It is empty.", type: "insufficient_quota", param: null, code: "budget_exhausted" },
      },
    },
    error: null,
  });
});

test("what was left out says why", () => {
  const shown = JSON.parse(showResult(line, "a", { kind: "left_out", reason: "batch_expired" }));
  expect(shown).toMatchObject({ response: null, error: { code: "batch_expired" } });
});
