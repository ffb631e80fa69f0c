import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { leaseId, requestId } from "../../core/identifiers.ts";
import { until } from "../support/until.ts";
import { copyWithoutGrants } from "./copy-without-grants.ts";
import { cdkOut, configFile } from "./synthesize-once.ts";
import { type TestPlatform, repositoryRoot, startTestPlatform, textOf } from "./test-platform.ts";

/** What is tested is what is deployed: the same templates, and permissions that matter. */

const nobody = "0".repeat(26);
const unknownRequest = requestId(leaseId(nobody), nobody);

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
}, 120_000);

describe("a deployment that lacks permissions fails here as it would on AWS", () => {
  let platform: TestPlatform;
  let apiKey: string;
  beforeAll(async () => {
    const outdir = path.join(scratch, "lacking");
    copyWithoutGrants(cdkOut, outdir, [
      { functionName: "farebox-e2e-infer", action: "dynamodb:PutItem" },
      { functionName: "farebox-e2e-infer", action: "sagemaker:InvokeEndpoint" },
      { functionName: "farebox-e2e-generations", action: "dynamodb:GetItem" },
    ]);
    platform = await startTestPlatform({ cdkOut: outdir });
    apiKey = await platform.issue();
  });
  afterAll(() => platform.stop());

  const chatWith = (model: string) => ({
    method: "POST",
    body: JSON.stringify({ model, messages: [{ role: "user", content: "hello" }] }),
  });
  const headers = () => ({ authorization: `Bearer ${apiKey}`, "content-type": "application/json" });

  test.each([
    // An answer whose usage event cannot be stored is kept in the log, with all that the event says.
    [
      "infer",
      "dynamodb:PutItem",
      "chat/completions",
      chatWith("scripted-url"),
      200,
      "usage_event_unrecorded",
    ],
    [
      "infer",
      "sagemaker:InvokeEndpoint",
      "chat/completions",
      chatWith("scripted"),
      503,
      '"code":"model_unavailable"',
    ],
    [
      "generations",
      "dynamodb:GetItem",
      `generations/${unknownRequest}`,
      { method: "GET" },
      500,
      "request_failed",
    ],
  ])("%s without %s", async (name, action, route, request, status, logged) => {
    const response = await fetch(`${platform.platform.baseUrl}/${route}`, { ...request, headers: headers() });
    expect(response.status).toBe(status);
    expect(platform.platform.cloud.denials()).toContainEqual(
      expect.stringMatching(
        new RegExp(
          `^User: arn:aws:sts::\\d+:assumed-role/.*${name}.* is not authorized to perform: ${action} on resource: arn:aws:.* because no identity-based policy allows the ${action} action$`,
          "i",
        ),
      ),
    );
    // A function writes the line of a request after its last byte.
    await until(() => textOf(platform.log).replaceAll("\\", "").includes(logged));
  });
});
