import path from "node:path";
import { pathToFileURL } from "node:url";
import { isFarebox, type Farebox } from "./config.ts";

const rootConfig = path.join(import.meta.dirname, "..", "farebox.config.ts");

/** The configuration to deploy: the file that FAREBOX_CONFIG names, else farebox.config.ts at the root. */
export const loadConfig = async (named = process.env["FAREBOX_CONFIG"]): Promise<Farebox> => {
  const file = path.resolve(named ?? rootConfig);
  const module: unknown = await import(pathToFileURL(file).href);
  const config =
    typeof module === "object" && module !== null && "default" in module ? module.default : undefined;
  if (!isFarebox(config)) throw new Error(`${file} must say: export default defineFarebox({ ... })`);
  return config;
};
