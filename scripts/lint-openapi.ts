// Lints the API's description by Redocly's rules, with their engine alone: its command line tool would phone home.
import { createConfig, formatProblems, getTotals, lintFromString } from "@redocly/openapi-core";
import { openApiText } from "../functions/openapi/describe/document.ts";

const config = await createConfig({
  extends: ["recommended-strict"],
  rules: {
    // It is served by each deployment, at an address of its own.
    "no-server-example.com": "error",
    "security-defined": "error",
    "operation-operationId-unique": "error",
    "no-invalid-media-type-examples": { severity: "error", allowAdditionalProperties: true },
    // Health and the description itself refuse nobody.
    "operation-4xx-response": "error",
  },
});
const problems = await lintFromString({
  source: openApiText(),
  absoluteRef: "functions/openapi/openapi.json",
  config,
});
if (problems.length > 0)
  formatProblems(problems, { format: "stylish", totals: getTotals(problems), version: "" });
process.exitCode = problems.length > 0 ? 1 : 0;
