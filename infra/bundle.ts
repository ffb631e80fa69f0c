import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { type BuildOptions, build, type OutputFile, type Plugin, version } from "esbuild";
import { functionNames } from "../functions/contract.ts";
import { bundleRecords } from "./bundle-record.ts";

const root = path.join(import.meta.dirname, "..");

/** Where the bundles lie: a folder per function, each holding its `index.mjs`. */
export const bundleFolder = path.join(root, "dist", "functions");

/**
 * Where the SDK looks for credentials if the environment has none. Lambda's environment always has them, so these are
 * never loaded; in the bundle they would be a quarter of the SDK.
 */
const credentialsElsewhere = ["ini", "login", "process", "sso", "web-identity"]
  .map((source) => `@aws-sdk/credential-provider-${source}`)
  .concat("@smithy/credential-provider-imds");

/**
 * Imported as an ES module, `node:http` has every export of it read, and one of them loads all of Node's `fetch`: a quarter
 * of a cold start. Asked for in this way it is the same module, and loads what is used.
 */
const lazyHttp: Plugin = {
  name: "lazy-http",
  setup(bundler) {
    const namespace = "lazy-http";
    bundler.onResolve({ filter: /^(node:)?http$/ }, () => ({ path: "node:http", namespace }));
    bundler.onLoad({ filter: /.*/, namespace }, ({ path: builtin }) => ({
      contents: `module.exports = process.getBuiltinModule("${builtin}");`,
    }));
  },
};

/**
 * Replaces a file only when its content changes, and at once: a synthesis that runs at the same time, a test's for
 * one, never reads half a bundle.
 */
const publish = async ({ path: file, contents }: OutputFile): Promise<void> => {
  if (existsSync(file) && (await readFile(file)).equals(contents)) return;
  await mkdir(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, contents);
  await rename(draft, file);
};

const options = {
  absWorkingDir: root,
  entryPoints: functionNames.map((name) => ({
    in: path.join(root, "functions", name, "handler.ts"),
    out: path.join(name, "index"),
  })),
  outdir: bundleFolder,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  write: false,
  metafile: true,
  platform: "node",
  target: "node24",
  format: "esm",
  // ES modules first: what a function does not use is left out, a third of the size.
  mainFields: ["module", "main"],
  external: credentialsElsewhere,
  plugins: [lazyHttp],
  minify: true,
  legalComments: "none",
  logLevel: "warning",
} as const satisfies BuildOptions;

/** What decides the outcome beside the sources: how they are bundled, and which versions of packages they find. */
const decidingFiles = [
  "infra/bundle.ts",
  "package.json",
  "package-lock.json",
  "tsconfig.base.json",
  "core/tsconfig.json",
  "functions/tsconfig.json",
];

/** What the bundles were made of. Without it, they are made again. */
export const bundleRecordFile = path.join(root, "dist", "functions.json");
const records = bundleRecords(root, bundleRecordFile);

/**
 * Bundles every Lambda function, with whatever it needs, in one build; the same sources give the same bytes. Does nothing
 * when the sources and the bundles are those of the last time, which saves every other start a second or two.
 */
export const bundleFunctions = async (): Promise<void> => {
  if (records.isCurrent(version)) return;
  const startedAtMs = Date.now();
  const { outputFiles, metafile } = await build(options);
  await Promise.all(outputFiles.map(publish));
  // Beside files, there is what `lazyHttp` makes up.
  const read = Object.keys(metafile.inputs).filter((input) => !input.startsWith(`${lazyHttp.name}:`));
  records.write(version, {
    inputs: [...decidingFiles, ...read],
    outputs: Object.keys(metafile.outputs),
    startedAtMs,
  });
};
