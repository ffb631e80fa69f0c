import { ModelError } from "@aws-sdk/client-sagemaker-runtime";
import { expect, test } from "vitest";
import { failureOf } from "../../../functions/adapters/sagemaker/failure.ts";

const named = (name: string, message = "CANARY") => Object.assign(new Error(message), { name });
const modelError = (OriginalStatusCode?: number, OriginalMessage?: string) =>
  new ModelError({
    $metadata: {},
    message: "CANARY",
    ...(OriginalStatusCode !== undefined && { OriginalStatusCode }),
    ...(OriginalMessage !== undefined && { OriginalMessage }),
  });

test.each([
  ["ThrottlingException", "overloaded"],
  ["TooManyRequestsException", "overloaded"],
  ["ModelNotReadyException", "waking"],
  ["ServiceUnavailable", "unavailable"],
  ["InternalDependencyException", "unavailable"],
  ["AccessDeniedException", "unavailable"],
  ["ValidationError", "unavailable"],
  ["InternalFailure", "broken"],
  ["TimeoutError", "broken"],
  ["SomethingNew", "broken"],
])("%s: %s, without its words", (name, reason) => expect(failureOf(named(name))).toEqual({ reason }));

test("an endpoint scaled to zero is waking, not broken", () =>
  expect(
    failureOf(named("ValidationError", "Inference Component has no capacity to process this request.")),
  ).toEqual({
    reason: "waking",
  }));

test.each([
  [
    modelError(400, JSON.stringify({ error: { message: "Too long." } })),
    { reason: "rejected", message: "Too long." },
  ],
  [modelError(429, "CANARY"), { reason: "overloaded" }],
  [modelError(503, "CANARY"), { reason: "unavailable" }],
  [modelError(500, "CANARY"), { reason: "broken" }],
  [modelError(), { reason: "broken" }],
])("an error of the container itself means what its status says (%#)", (error, expected) =>
  expect(failureOf(error)).toEqual(expected),
);

test.each([["text"], [undefined], [null], [{ name: "ThrottlingException" }]])(
  "%j, which is no error, is broken",
  (thrown) => expect(failureOf(thrown)).toEqual({ reason: "broken" }),
);
