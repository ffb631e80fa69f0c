import * as z from "zod";
import { type RefusalCode, refusalCodes } from "../../../core/inference/refusal.ts";
import { errorTable, renderingOf, retryHeaders } from "../../http/error-table.ts";
import { type HeaderName, headers } from "./headers.ts";
import { remedies } from "./remedies.ts";
import type { Answer, Content, Parameter, Route } from "./route.ts";
import { groups } from "./groups.ts";
import { refusalsOf, routes } from "./routes.ts";
import { errorShape } from "./shapes.ts";

/** The API's description as OpenAPI 3.1, whose schemas are those that validate. */
export const openApiDocument = () => ({
  openapi: "3.1.1",
  info: {
    title: "Farebox",
    version: "1",
    summary: "Models, called with metered keys.",
    description:
      "OpenAI-compatible: any of its clients works with this base URL and a Farebox key. Errors say what to do, and carry `Retry-After` exactly where the same request can succeed later. A URL that is not listed here answers 404 `unknown_url`.",
    license: { name: "Apache-2.0", identifier: "Apache-2.0" },
  },
  servers: [{ url: "/api", description: "Below the address that the deployment prints." }],
  security: [{ key: [] }],
  tags: Object.entries(groups).map(([name, description]) => ({ name, description })),
  paths: Object.fromEntries(
    [...Map.groupBy(routes, ({ path }) => path)].map(([path, methods]) => [
      path,
      Object.fromEntries(methods.map((route) => [route.method, operation(route)])),
    ]),
  ),
  components: {
    securitySchemes: {
      key: { type: "http", scheme: "bearer", description: "A key as it was issued, starting with `fbx_`." },
    },
    schemas: {
      Error: schemaOf(errorShape),
      ErrorCode: {
        type: "string",
        oneOf: refusalCodes.map((code) => ({
          const: code,
          description: `${errorTable[code].status}. ${remedies[code]}`,
        })),
      },
    },
    examples: Object.fromEntries(
      [...new Set(routes.flatMap(refusalsOf))].map((code) => [code, { value: errorExample(code) }]),
    ),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, { description, example }]) => [
        name,
        { description, schema: { type: "string" }, example },
      ]),
    ),
  },
});

const operation = (route: Route) => ({
  operationId: route.id,
  tags: [route.group],
  summary: route.summary,
  ...(route.description !== undefined && { description: route.description }),
  ...(route.isOpen && { security: [] }),
  ...(route.parameters && { parameters: route.parameters.map(parameter) }),
  ...(route.request && { requestBody: { required: true, content: contentOf(route.request) } }),
  responses: {
    ...Object.fromEntries(route.answers.map((answer) => [String(answer.status), response(answer)])),
    ...Object.fromEntries(
      [...Map.groupBy(refusalsOf(route), (code) => errorTable[code].status)]
        .toSorted(([one], [other]) => one - other)
        .map(([status, codes]) => [String(status), errorResponse(codes)]),
    ),
  },
});

/** In the words of JSON Schema, as what is sent: a client may leave out what has a default. */
export const schemaOf = (schema: z.ZodType) => {
  const { $schema: _, ...converted } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return converted;
};

const parameter = ({ in: place, name, description, schema, example }: Parameter) => ({
  in: place,
  name,
  description,
  required: !schema.safeParse(undefined).success,
  schema: schemaOf(schema),
  ...(example !== undefined && !example.startsWith("$") && { example }),
});

const contentOf = (contents: Readonly<Record<string, Content>>) =>
  Object.fromEntries(
    Object.entries(contents).map(([type, { schema, example }]) => [
      type,
      { schema: schemaOf(schema), ...(example !== undefined && { example }) },
    ]),
  );

const headerRefs = (names: readonly HeaderName[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

const response = ({ description, content, headers: names = [] }: Answer) => ({
  description,
  headers: headerRefs(["x-request-id", ...names]),
  ...(content && { content: contentOf(content) }),
});

const errorResponse = (codes: readonly RefusalCode[]) => ({
  description: `One of ${codes.map((code) => `\`${code}\``).join(", ")}.`,
  headers: headerRefs(["x-request-id", ...headersOf(codes)]),
  content: {
    "application/json": {
      schema: {
        allOf: [
          { $ref: "#/components/schemas/Error" },
          { properties: { error: { properties: { code: { enum: codes } } } } },
        ],
      },
      examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
    },
  },
});

const errorExample = (code: RefusalCode) => ({
  error: { message: remedies[code], type: renderingOf(code).type, param: null, code },
});

const headersOf = (codes: readonly RefusalCode[]): readonly HeaderName[] => {
  const names = new Set(codes.flatMap((code) => Object.keys(retryHeaders(code))));
  return (["retry-after", "x-should-retry"] as const).filter((name) => names.has(name));
};

/** As the function serves it and the repository keeps it. */
export const openApiText = (): string => `${JSON.stringify(openApiDocument(), null, 2)}\n`;
