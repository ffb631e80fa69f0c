import type * as z from "zod";
import type { Refusal } from "../../core/inference/refusal.ts";

/**
 * The first problem of a request in one sentence. It names the field and what it must be, and quotes nothing of what was
 * sent.
 */
export const describeIssue = (error: z.ZodError, body: unknown): Refusal => {
  const [issue] = error.issues;
  const path = issue?.path ?? [];
  const param = path
    .map((step, depth) => (typeof step === "number" ? `[${step}]` : `${depth ? "." : ""}${String(step)}`))
    .join("");
  const isMissing = param !== "" && valueAt(body, path) === undefined;
  return {
    code: "invalid_request",
    message: isMissing
      ? `\`${param}\` is required.`
      : `\`${param || "body"}\` is not valid: ${expectation(issue)}.`,
    ...(param && { param }),
  };
};

const valueAt = (body: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, step) => (typeof value === "object" && value !== null ? Reflect.get(value, step) : undefined),
    body,
  );

/** zod's messages name what was expected and the type received, never the value. */
const expectation = (issue: z.core.$ZodIssue | undefined): string => {
  if (!issue) return "it does not have the right form";
  if (issue.code === "invalid_union") return "it has none of the forms it may have";
  return issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
};
