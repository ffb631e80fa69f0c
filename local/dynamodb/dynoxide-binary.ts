import { accessSync, constants } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** How to start dynoxide, the DynamoDB emulator: a command and what comes before its own arguments. */
export type DynoxideCommand = { readonly command: string; readonly leadingArgs: readonly string[] };

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const onPath = (program: string, searchPath: string): string | undefined =>
  searchPath
    .split(path.delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => path.join(folder, program))
    .find(isExecutable);

const packaged = (platform: string): string | undefined => {
  try {
    return createRequire(import.meta.url).resolve(`@dynoxide/${platform}/dynoxide`);
  } catch {
    // An optional dependency: not every platform has it.
    return undefined;
  }
};

export type DynoxideLookup = {
  readonly environment: NodeJS.ProcessEnv;
  /** As in the names of dynoxide's packages: `linux-x64`. */
  readonly platform: string;
};

/** Looks in `DYNOXIDE_BIN`, the optional npm package, the PATH, and last asks npx; says what to do when all fail. */
export const findDynoxide = (
  lookup: DynoxideLookup = { environment: process.env, platform: `${process.platform}-${process.arch}` },
): DynoxideCommand => {
  const chosen = lookup.environment["DYNOXIDE_BIN"];
  if (chosen !== undefined && chosen !== "") {
    if (!isExecutable(chosen)) throw new Error(`DYNOXIDE_BIN names ${chosen}, which cannot be executed`);
    return { command: chosen, leadingArgs: [] };
  }
  const searchPath = lookup.environment["PATH"] ?? "";
  const binary = packaged(lookup.platform) ?? onPath("dynoxide", searchPath);
  if (binary !== undefined) return { command: binary, leadingArgs: [] };
  const npx = onPath("npx", searchPath);
  if (npx !== undefined) return { command: npx, leadingArgs: ["--yes", "dynoxide"] };
  throw new Error(
    [
      `No DynamoDB emulator found for ${lookup.platform}. Install dynoxide 1.2 in one of these ways:`,
      `  npm install --no-save @dynoxide/${lookup.platform}@1.2.1   (where npm has a package for this platform)`,
      "  put a dynoxide binary on the PATH, or set DYNOXIDE_BIN to it",
    ].join("\n"),
  );
};
