// npm run docs: writes the API's description and its reference from the schemas that validate.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { generatedPages } from "./docs/generated-pages.ts";

for (const [file, text] of generatedPages()) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(file);
}
