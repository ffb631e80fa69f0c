import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isObject, parseObject, textAt, type JsonObject } from "./json-value.ts";
import { readBody } from "./read-body.ts";
import { digestInputs } from "./synth-inputs.ts";

export type SynthOptions = {
  /** The folder of `cdk.json`. */
  readonly root: string;
  readonly outdir: string;
  /** A command in place of the `app` of `cdk.json`. */
  readonly app?: string;
  /** Adds to, and wins over, the context of `cdk.json`: `{ regions: "us-east-1" }`. */
  readonly context?: JsonObject;
  /** Adds to this process's environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Account and region of stacks that follow the command line's. */
  readonly account?: string;
  readonly region?: string;
  /** Files and folders below `root` that decide the outcome. */
  readonly inputs?: readonly string[];
};

const defaultInputs = [
  "cdk.json",
  "cdk.context.json",
  "farebox.config.ts",
  "package-lock.json",
  "core",
  "functions",
  "infra",
  "models",
];

const readJson = (file: string): JsonObject =>
  existsSync(file) ? parseObject(readFileSync(file, "utf8"), file) : {};

/** What `cdk synth` adds on its own: with these, templates come out byte for byte the same. */
const cliContext = {
  "aws:cdk:enable-path-metadata": true,
  "aws:cdk:enable-asset-metadata": true,
  "aws:cdk:version-reporting": true,
} as const;

const contextOf = (root: string, cdkJson: JsonObject, extra: JsonObject): JsonObject => ({
  ...(isObject(cdkJson["context"]) ? cdkJson["context"] : {}),
  ...readJson(path.join(root, "cdk.context.json")),
  ...cliContext,
  ...extra,
});

const runApp = async (app: string, root: string, environment: NodeJS.ProcessEnv): Promise<void> => {
  const child = spawn(app, { cwd: root, env: environment, shell: true, stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr, [code]] = await Promise.all([
    readBody(child.stdout),
    readBody(child.stderr),
    once(child, "close"),
  ]);
  if (code !== 0) throw new Error(`the CDK app failed (${app}):\n${stdout.toString()}${stderr.toString()}`);
};

/**
 * Runs the app of `cdk.json` as the CDK's command line does, without its validation, which CI runs. Does nothing when the
 * inputs are those of the last time.
 * @returns whether the app ran.
 */
export const synthesize = async (options: SynthOptions): Promise<boolean> => {
  const { root, outdir, account = "123456789012", region = "us-east-1" } = options;
  const cdkJson = readJson(path.join(root, "cdk.json"));
  const app = options.app ?? textAt(cdkJson["app"], "cdk.json: app");
  const context = contextOf(root, cdkJson, options.context ?? {});
  const settings = {
    app,
    context,
    account,
    region,
    environment: options.environment ?? {},
    node: process.version,
  };
  const digest = digestInputs(root, options.inputs ?? defaultInputs, settings);
  // Beside the folder, not in it: the folder holds exactly what `cdk synth` would write.
  const digestFile = `${outdir}.inputs`;
  const isCurrent = (): boolean =>
    existsSync(path.join(outdir, "manifest.json")) &&
    existsSync(digestFile) &&
    readFileSync(digestFile, "utf8") === digest;
  if (isCurrent()) return false;

  // Into a folder of its own first: an app that fails, or a second start at the same time, leaves no half-written one.
  const scratch = `${outdir}.${process.pid}`;
  mkdirSync(path.dirname(outdir), { recursive: true });
  try {
    await runApp(app, root, {
      ...process.env,
      PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env["PATH"] ?? ""}`,
      ...options.environment,
      CDK_CONTEXT_JSON: JSON.stringify(context),
      CDK_DEFAULT_ACCOUNT: account,
      CDK_DEFAULT_REGION: region,
      CDK_OUTDIR: scratch,
      CDK_VALIDATION: "false",
    });
    // Another process was quicker, and may be running from that folder by now.
    if (isCurrent()) return true;
    rmSync(outdir, { recursive: true, force: true });
    renameSync(scratch, outdir);
    writeFileSync(digestFile, digest);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return true;
};
