// npm run upload: sends the demo checkpoints to the artifacts buckets of a deployment on AWS, before its endpoints start.
import { S3Client } from "@aws-sdk/client-s3";
import { parseArgs } from "node:util";
import { artifactsBucketName } from "../infra/artifact.ts";
import { loadConfig } from "../infra/load-config.ts";
import { uploadArtifacts } from "./platform/upload-artifacts.ts";

const usage = `Uploads the checkpoints that farebox.config.ts names to the artifacts bucket of each region.
Run it between deploying the data stacks and the rest; with AWS credentials in the environment.

  npm run upload [-- --account <12 digits>]

  --account   the AWS account; default: the configuration's, else CDK_DEFAULT_ACCOUNT`;

const { values: flags } = parseArgs({
  options: { account: { type: "string" }, help: { type: "boolean", default: false } },
});
const farebox = await loadConfig();
const account = flags.account ?? farebox.account ?? process.env["CDK_DEFAULT_ACCOUNT"];
if (flags.help || account === undefined) {
  console.log(usage);
  process.exit(flags.help ? 0 : 2);
}
for (const region of farebox.regions) {
  const bucket = artifactsBucketName(farebox.stage, { account, region });
  const s3 = new S3Client({ region });
  console.log(`${region}: uploading to ${bucket} …`);
  const sent = await uploadArtifacts(s3, bucket, farebox);
  console.log(`${region}: ${sent === 0 ? "everything was there already" : `${sent} files sent`}.`);
}
