import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { functionNames } from "../../../functions/contract.ts";
import { defineFarebox, type FareboxConfig } from "../../../infra/config.ts";
import { defineDeployment } from "../../../infra/deployment.ts";
import cdk from "../../../cdk.json" with { type: "json" };

export const account = "123456789012";

export type Synthesized = {
  /** By the part of the stack's name after the stage: `api-us-east-1`. */
  readonly templates: ReadonlyMap<string, Template>;
  template(part: string): Template;
};

/** Folders of one test file's own, so that files may run side by side. */
const workspace = () => {
  const folder = mkdtempSync(path.join(tmpdir(), "farebox-infra-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
};
const folder = workspace();

/** Stand-ins for the bundles: the templates depend on their names, and on hashes that tests mask. */
const functionsFolder = path.join(folder, "functions");
for (const name of functionNames) {
  mkdirSync(path.join(functionsFolder, name), { recursive: true });
  writeFileSync(
    path.join(functionsFolder, name, "index.mjs"),
    `export const handler = async () => "${name}";\n`,
  );
}

let synths = 0;

const done = new Map<string, Synthesized>();

/** The stacks of a configuration, synthesized once for all files that ask. */
export const synthesize = (config: FareboxConfig): Synthesized => {
  const key = JSON.stringify(config);
  const synthesized = done.get(key) ?? synthesizeAnew(config);
  done.set(key, synthesized);
  return synthesized;
};

/**
 * Synthesizes in this process, under cdk.json's context. `prepare` may add to the app first. The CDK's built-in rules
 * are left to `cdk synth`: loading them takes seconds.
 */
export const synthesizeAnew = (
  config: FareboxConfig,
  prepare: (app: App) => void = () => {},
): Synthesized => {
  process.env["CDK_VALIDATION"] = "false";
  const app = new App({ context: cdk.context, outdir: path.join(folder, `synth-${(synths += 1)}`) });
  prepare(app);
  const farebox = defineFarebox(config);
  defineDeployment(app, { farebox, account, functionsFolder });
  const templates = new Map(
    app
      .synth()
      .stacks.map(({ stackName, template }) => [
        stackName.replace(`farebox-${farebox.stage}-`, ""),
        Template.fromJSON(template),
      ]),
  );
  return {
    templates,
    template(part) {
      const template = templates.get(part);
      if (!template)
        throw new Error(`there is no stack ${part}; there are ${[...templates.keys()].join(", ")}`);
      return template;
    },
  };
};
