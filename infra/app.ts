import { bundleFolder, bundleFunctions } from "./bundle.ts";

// Bundling takes as long as loading the CDK: side by side, a start is half a second shorter.
const bundling = bundleFunctions();
const { App, Validations } = await import("aws-cdk-lib");
const { ConfigError } = await import("./config.ts");
const { defineDeployment } = await import("./deployment.ts");
const { loadConfig } = await import("./load-config.ts");

/** Stands in for the account where nobody is logged in: enough to synthesize, not to deploy. */
const accountOfNobody = "123456789012";

const farebox = await loadConfig().catch((error: unknown) => {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exit(1);
});
await bundling;

/** The CDK synthesizes it when this process ends. */
export const app = new App();
// The CDK's own switch for its own rules: whoever leaves those out, a run on a laptop, need not wait for these.
if (process.env["CDK_VALIDATION"] !== "false") {
  const { AwsSolutionsChecks } = await import("cdk-nag");
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}
defineDeployment(app, {
  farebox,
  account: farebox.account ?? process.env["CDK_DEFAULT_ACCOUNT"] ?? accountOfNobody,
  functionsFolder: bundleFolder,
});
