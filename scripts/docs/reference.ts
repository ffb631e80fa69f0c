import { type RefusalCode, refusalCodes } from "../../core/inference/refusal.ts";
import { renderingOf } from "../../functions/http/error-table.ts";
import { schemaOf } from "../../functions/openapi/describe/document.ts";
import { groups } from "../../functions/openapi/describe/groups.ts";
import { headers } from "../../functions/openapi/describe/headers.ts";
import { remedies } from "../../functions/openapi/describe/remedies.ts";
import type { Answer, Route } from "../../functions/openapi/describe/route.ts";
import { refusalsOf, routes } from "../../functions/openapi/describe/routes.ts";
import { curlOf } from "./curl.ts";
import { describeType, fieldRows } from "./fields.ts";

/** The reference's pages, by their files' names. */
export const referencePages = (): ReadonlyMap<string, string> =>
  new Map([
    ["README.md", indexPage()],
    ...Object.entries(groups).map(
      ([group, description]) => [fileOf(group), groupPage(group, description)] as const,
    ),
  ]);

const fileOf = (group: string): string => `${group.toLowerCase()}.md`;
const routesIn = (group: string): readonly Route[] => routes.filter((route) => route.group === group);
const titleOf = ({ method, path }: Route): string => `${method.toUpperCase()} ${path}`;
const anchorOf = (route: Route): string =>
  titleOf(route)
    .toLowerCase()
    .replaceAll(/[^\w -]/g, "")
    .replaceAll(" ", "-");

const indexPage = (): string =>
  page([
    "# API reference",
    "Generated from the schemas that validate, as is `GET /v1/openapi.json`, by `npm run docs`; `npm test` runs its examples. They need `FAREBOX_URL`, the base URL up to `/v1`, and `FAREBOX_API_KEY`.",
    ...Object.entries(groups).map(([group, description]) =>
      [
        `## [${group}](${fileOf(group)})\n`,
        `${description}\n`,
        table(
          ["route", "what it does"],
          routesIn(group).map((route) => [
            `[\`${titleOf(route)}\`](${fileOf(group)}#${anchorOf(route)})`,
            route.summary,
          ]),
        ),
      ].join("\n"),
    ),
    "## Errors",
    'An error is `{"error": {"message", "type", "param", "code"}}`. The message says what to do. "again" is after how many seconds the same request can succeed, where `Retry-After` does not know better; the others must be changed first, and OpenAI\'s clients do not send them again.',
    errorTable(refusalCodes),
    "## Headers of answers",
    table(
      ["header", "what it says"],
      Object.entries(headers).map(([name, { description }]) => [`\`${name}\``, description]),
    ),
  ]);

const groupPage = (group: string, description: string): string =>
  page([`# ${group}`, description, ...routesIn(group).map(routeSection)]);

const routeSection = (route: Route): string =>
  sections([
    `## ${titleOf(route)}`,
    `${route.summary}.${route.description === undefined ? "" : ` ${route.description}`}${route.isOpen ? " Needs no key." : ""}`,
    ...parameterTable(route),
    ...bodySections(route),
    fenced("bash", curlOf(route)),
    ...route.answers.flatMap(answerSections),
    errorTable(refusalsOf(route)),
  ]);

const parameterTable = ({ parameters = [] }: Route): readonly string[] =>
  parameters.length === 0
    ? []
    : [
        table(
          ["parameter", "in", "", "what it says"],
          parameters.map(({ in: place, name, schema, description }) => [
            `\`${name}\``,
            place,
            describeType(schemaOf(schema)),
            description,
          ]),
        ),
      ];

const bodySections = ({ request = {} }: Route): readonly string[] =>
  Object.entries(request).flatMap(([type, { schema }]) => {
    const rows = fieldRows(schemaOf(schema));
    return rows.length === 0 ? [] : [`As \`${type}\`:`, table(["field", "required", "", ""], rows)];
  });

const answerSections = ({ status, description, content = {} }: Answer): readonly string[] => {
  const types = Object.keys(content);
  const [example] = Object.values(content).flatMap(({ example }) => (example === undefined ? [] : [example]));
  return [
    `**${status}** ${description}${types.length === 0 ? "" : ` As ${types.map((type) => `\`${type}\``).join(", ")}.`}`,
    ...(example === undefined ? [] : [fenced("json", JSON.stringify(example, null, 2))]),
  ];
};

const errorTable = (codes: readonly RefusalCode[]): string =>
  table(
    ["status", "code", "again", "what to do"],
    codes.map((code) => {
      const { status, retryAfterSeconds } = renderingOf(code);
      const again = retryAfterSeconds === undefined ? "" : `${retryAfterSeconds} s`;
      return [String(status), `\`${code}\``, again, remedies[code]];
    }),
  );

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");

const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``;

const sections = (parts: readonly string[]): string => parts.join("\n\n");

const page = (parts: readonly string[]): string => `${sections(parts)}\n`;
