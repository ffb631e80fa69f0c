import { inspect } from "node:util";
import type { z } from "zod";

const writePath = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("")
    .replace(/^\./, "") || "the configuration";

const withArticle = (noun: string): string => `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;

/** Zod's own words where it has the better ones: our schemas write theirs in full (`is not a day; write one like ...`). */
const sentence = (issue: z.core.$ZodIssue): string => {
  const given = inspect(issue.input, { depth: 0, breakLength: Infinity });
  if (issue.code === "unrecognized_keys")
    return `has no field ${issue.keys.map((key) => `"${key}"`).join(", ")}; remove it, or correct its spelling`;
  if (issue.code === "invalid_type" && issue.input === undefined)
    return `is missing; write ${withArticle(issue.expected)}`;
  if (/^(?:is|has|names) /.test(issue.message)) return issue.message;
  if (issue.code === "invalid_type") return `is ${given}; write ${withArticle(issue.expected)}`;
  if (issue.code === "invalid_value")
    return `is ${given}; write one of ${issue.values.map(String).join(", ")}`;
  return `${given} is refused: ${issue.message}`;
};

/** One mistake in one line: where it is, what is wrong, what to write instead. Needs zod's `reportInput`. */
export const describeIssue = (issue: z.core.$ZodIssue): string =>
  `${writePath(issue.path)}: ${sentence(issue)}`;
