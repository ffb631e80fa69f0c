import { openApiText } from "../../functions/openapi/describe/document.ts";
import { referencePages } from "./reference.ts";

/** Every generated file of the repository with what it should hold, by its path. */
export const generatedPages = (): ReadonlyMap<string, string> =>
  new Map([
    ["functions/openapi/openapi.json", openApiText()],
    ...[...referencePages()].map(([name, text]) => [`docs/api/${name}`, text] as const),
  ]);
