import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { until } from "../support/until.ts";
import { copyWithoutGrant } from "./copy-without-grant.ts";
import { cdkOut, configFile } from "./synthesize-once.ts";
import { repositoryRoot, startTestPlatform, textOf } from "./test-platform.ts";

/** What is tested is what is deployed: the same templates, and permissions that matter. */

const scratch = mkdtempSync(path.join(tmpdir(), "farebox-deployment-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test("the templates that run here are byte for byte those of `cdk synth`", () => {
  const outdir = path.join(scratch, "cdk.out");
  execFileSync(
    path.join(repositoryRoot, "node_modules", ".bin", "cdk"),
    ["synth", "--quiet", "--output", outdir],
    {
      cwd: repositoryRoot,
      env: { ...process.env, FAREBOX_CONFIG: configFile, CDK_VALIDATION: "false" },
      stdio: "pipe",
    },
  );
  const templates = readdirSync(outdir).filter((name) => /\.(template|assets)\.json$/.test(name));
  expect(templates.length).toBeGreaterThanOrEqual(8);
  for (const name of templates)
    expect(readFileSync(path.join(cdkOut, name), "utf8"), name).toBe(
      readFileSync(path.join(outdir, name), "utf8"),
    );
});

describe("a deployment that lacks one permission fails here as it would on AWS", () => {
  test.each([
    ["dynamodb:PutItem", "usage_event_unrecorded", 200],
    ["sagemaker:InvokeEndpoint", '"code":"model_unavailable"', 503],
    ["dynamodb:Query", "request_failed", 500],
  ])("infer without %s", async (action, logged, status) => {
    const outdir = path.join(scratch, action.replace(":", "-"));
    copyWithoutGrant(cdkOut, outdir, "farebox-e2e-infer", action);
    const platform = await startTestPlatform({ cdkOut: outdir });
    try {
      const response = await fetch(`${platform.platform.baseUrl}/chat/completions`, {
        method: "POST",
        headers: { authorization: `Bearer ${await platform.issue()}`, "content-type": "application/json" },
        body: JSON.stringify({ model: "scripted", messages: [{ role: "user", content: "hello" }] }),
      });
      expect(response.status).toBe(status);
      const denials = platform.platform.cloud.denials();
      expect(denials.length).toBeGreaterThan(0);
      for (const denial of denials)
        expect(denial).toMatch(
          new RegExp(
            `^User: arn:aws:sts::\\d+:assumed-role/.*infer.* is not authorized to perform: ${action} on resource: arn:aws:.* because no identity-based policy allows the ${action} action$`,
            "i",
          ),
        );
      // An answer whose usage event cannot be stored is kept in the log, with all that the event says. A function writes
      // the line of a request after its last byte.
      await until(() => textOf(platform.log).replaceAll("\\", "").includes(logged));
    } finally {
      await platform.stop();
    }
  });
});
