// Runs the fixture's cloud until it is killed; prints the pids of its children. For guarded-process.test.ts.
import { startCloud } from "../../local/cloud.ts";
import { synthesizeFixture } from "./synthesize-fixture.ts";

const cloud = await startCloud({
  cdkOut: await synthesizeFixture(),
  // Its parent removes it: whoever is killed cannot.
  ...(process.argv[2] === undefined ? {} : { stateDir: process.argv[2] }),
  log: () => undefined,
  runContainer: () => Promise.resolve(undefined),
});
await cloud.functions.find("fixture-faults", "us-east-1").invoke("{}");
const functions = cloud.functions.all.flatMap((pool) => pool.pids());
process.stdout.write(`${JSON.stringify({ databases: cloud.dynamodb.pids, functions })}\n`);
