import { expect, test } from "vitest";
import { failureOfStatus } from "../../../functions/adapters/failure-of-status.ts";

const openAiError = (error: unknown) => JSON.stringify({ error });

test.each([
  [429, "overloaded"],
  [503, "unavailable"],
  [408, "timeout"],
  [504, "timeout"],
  [400, "rejected"],
  [413, "rejected"],
  [422, "rejected"],
  [401, "broken"],
  [403, "broken"],
  [404, "broken"],
  [500, "broken"],
  [502, "broken"],
  [302, "broken"],
])("status %d: %s", (status, reason) => expect(failureOfStatus(status, "").reason).toBe(reason));

test("a rejection keeps the server's own message, field and code", () =>
  expect(
    failureOfStatus(
      400,
      openAiError({ message: "Too long.", param: "messages", code: "context_length_exceeded" }),
    ),
  ).toEqual({
    reason: "rejected",
    message: "Too long.",
    param: "messages",
    code: "context_length_exceeded",
  }));

test.each([
  ["a stack trace", 400, "Traceback CANARY"],
  ["another shape", 400, JSON.stringify({ detail: "CANARY" })],
  ["an error that is text", 400, openAiError("CANARY")],
  ["a message that is no text", 400, openAiError({ message: { CANARY: 1 } })],
  ["a message of a novel's length", 400, openAiError({ message: "CANARY".repeat(100) })],
  ["a server error in OpenAI's shape", 500, openAiError({ message: "CANARY" })],
  ["an overload in OpenAI's shape", 429, openAiError({ message: "CANARY" })],
])("%s tells the client nothing of the server", (_, status, body) =>
  expect(JSON.stringify(failureOfStatus(status, body))).not.toContain("CANARY"),
);
