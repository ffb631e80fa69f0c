import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { refusalCodes } from "../../../core/inference/refusal.ts";
import { openApiDocument } from "../../../functions/openapi/describe/document.ts";
import { refusalsOf, routes } from "../../../functions/openapi/describe/routes.ts";
import { generatedPages } from "../../../scripts/docs/generated-pages.ts";

test("operations have names of their own", () =>
  expect(new Set(routes.map(({ id }) => id)).size).toBe(routes.length));

test("every refusal is described, and all but that of an unknown URL at the routes that give it", () => {
  const given = new Set(routes.flatMap(refusalsOf));
  expect(refusalCodes.filter((code) => !given.has(code))).toEqual(["unknown_url"]);
  const { ErrorCode } = openApiDocument().components.schemas;
  expect(ErrorCode.oneOf.map(({ const: code }) => code)).toEqual(refusalCodes);
});

test("every parameter in a path is described", () => {
  for (const { path, parameters = [] } of routes) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(parameters.filter((parameter) => parameter.in === "path").map(({ name }) => name)).toEqual(inPath);
  }
});

test.each([...generatedPages()])("%s is what `npm run docs` writes", (file, text) => {
  expect(existsSync(file)).toBe(true);
  expect(readFileSync(file, "utf8")).toBe(text);
});
