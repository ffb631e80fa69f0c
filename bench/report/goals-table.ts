import { type GoalStanding, goalStandings, isMet } from "./goals.ts";
import { markdownTable } from "./markdown-table.ts";
import { numberText, ratioText } from "./number-text.ts";
import type { Report } from "./report.ts";

const text = (value: number | undefined, unit: GoalStanding["unit"]): string => {
  if (unit === "x") return ratioText(value);
  return `${Number.isInteger(value) ? value?.toLocaleString("en-US") : numberText(value)} ${unit}`;
};

const verdict = (standing: GoalStanding): string => {
  if (standing.value === undefined) return "not measured";
  return isMet(standing) ? "met" : "BEHIND";
};

export const goalsTable = (report: Report): string =>
  markdownTable(
    ["goal", "limit", "Farebox", ""],
    goalStandings(report).map((standing) => {
      const { goal, limit, isAtLeast, value, unit } = standing;
      return [goal, `${isAtLeast ? "≥" : "≤"} ${text(limit, unit)}`, text(value, unit), verdict(standing)];
    }),
  );
