import { describe, expect, test } from "vitest";
import { refusalCodes } from "../../../core/inference/refusal.ts";
import { errorTable, renderingOf } from "../../../functions/http/error-table.ts";
import { refused } from "../../../functions/http/response.ts";

/** Those that the very same request can get past by being sent again later. */
const passing: ReadonlySet<string> = new Set([
  "rate_limited",
  "in_flight_budget",
  "idempotency_in_progress",
  "model_overloaded",
  "model_waking",
  "model_unavailable",
  "model_error",
  "internal_error",
]);

describe.each(refusalCodes)("%s", (code) => {
  const response = refused({ code, message: "What to do.", retryAfterSeconds: 7 });

  test("is an OpenAI-shaped error with a status of its own", () => {
    expect(response.statusCode).toBe(errorTable[code].status);
    expect(response.statusCode).toBeGreaterThanOrEqual(400);
    expect(JSON.parse(response.body)).toEqual({
      error: { message: "What to do.", type: errorTable[code].type, param: null, code },
    });
    expect(response.headers["content-type"]).toBe("application/json");
  });

  test("says when to try again exactly where that helps", () => {
    const isPassing = passing.has(code);
    expect(response.headers["retry-after"]).toBe(isPassing ? "7" : undefined);
    const { headers } = refused({ code, message: "What to do." });
    expect(Number(headers["retry-after"] ?? 0)).toBe(renderingOf(code).retryAfterSeconds ?? 0);
    expect("retry-after" in headers).toBe(isPassing);
  });
});

test("no client is told to wait for a minute: the AI SDK would not wait at all", () => {
  for (const code of refusalCodes.filter((code) => passing.has(code)))
    for (const known of [undefined, 59, 60, 3600]) {
      const { headers } = refused({
        code,
        message: "m",
        ...(known !== undefined && { retryAfterSeconds: known }),
      });
      expect(Number(headers["retry-after"])).toBeLessThan(60);
    }
});

test("the table has no code that nothing refuses with", () =>
  expect(Object.keys(errorTable).toSorted()).toEqual([...refusalCodes].toSorted()));

test("the type follows from the status, as OpenAI's clients expect", () => {
  const typesOf: Record<number, string> = {
    401: "authentication_error",
    403: "permission_error",
    402: "insufficient_quota",
    404: "not_found_error",
    429: "rate_limit_error",
  };
  for (const { status, type } of Object.values(errorTable))
    expect(type).toBe(typesOf[status] ?? (status < 500 ? "invalid_request_error" : "api_error"));
});

test("a refusal names its field", () => {
  const response = refused({ code: "invalid_request", message: "m", param: "messages[0].role" });
  expect(JSON.parse(response.body).error.param).toBe("messages[0].role");
});
