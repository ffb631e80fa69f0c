// npm start: runs the platform on this machine and shows a first call to make.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { isJsonObject, parseJsonObject } from "../core/json.ts";
import { consoleLog } from "../local/console-log.ts";
import { picodollars } from "../core/money.ts";
import { demoCustomer } from "./platform/demo-customer.ts";
import { firstCall } from "./platform/first-call.ts";
import { showDollars } from "./platform/show-dollars.ts";
import { type Platform, forget, startPlatform } from "./platform/start-platform.ts";

const usage = `Runs Farebox on this machine: the stacks that \`cdk deploy\` would deploy, real models, no AWS account.

  npm start [-- options]

  --port <n>        port of the API (default 8787; 0 takes a free one)
  --config <file>   another configuration than farebox.config.ts
  --state <folder>  where tables, objects and keys are kept (default .farebox)
  --fresh           start over: forget what is kept
  --verbose         log everything: function logs, access logs, invocations
  --help            this text`;

const { values: flags } = readFlags();
if (flags.help) {
  console.log(usage);
  process.exit(0);
}
const port = Number(flags.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535)
  fail(`--port takes a number from 0 to 65535, not "${flags.port}"`);

const stateDir = path.resolve(flags.state);
/** Where the running platform is; gone when it is not running. */
const endpointFile = path.join(stateDir, "endpoint.json");
/** The demo key, for the next start. */
const keyFile = path.join(stateDir, "key.json");
if (flags.fresh) forget(stateDir);
mkdirSync(stateDir, { recursive: true });

const started = Date.now();
let showing = Promise.resolve();
const log = consoleLog({ verbose: flags.verbose });
const platform = await startPlatform({
  stateDir,
  port,
  ...(flags.config !== undefined && { configFile: flags.config }),
  log: (event) => {
    log(event);
    // A request has ended: the demo customer's wallet may have less in it.
    if (event.kind === "api-request" && event.method === "POST")
      showing = showing.then(showBalance, showBalance);
  },
  progress: (step) => console.log(`${step} …`),
  // For the first call that is shown. The others follow: a call that comes sooner waits for its model.
  isModelNeeded: ({ task }) => task === "chat",
}).catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));

const { id: customer, apiKey } = await demoCustomer(platform, lastKey());
const { baseUrl } = platform;
writePrivately(keyFile, { apiKey });
writePrivately(endpointFile, {
  baseUrl,
  apiKey,
  customer,
  pid: process.pid,
  // For the platform team's tools: every AWS service of this machine, as its administrator.
  aws: administratorOf(platform),
});
let shown = await platform.balance(customer);
console.log(firstCall(platform, apiKey, { customer, balance: shown }, Date.now() - started));
platform.cloud.startRemainingEndpoints();

/** After each request, one at a time: what the demo wallet paid, and what it has left. */
async function showBalance(): Promise<void> {
  const balance = await platform.balance(customer);
  if (balance.spent === shown.spent) return;
  const cost = picodollars(balance.spent - shown.spent);
  shown = balance;
  log({
    kind: "notice",
    message: `the demo wallet paid ${showDollars(cost)}; ${showDollars(balance.remaining)} left`,
  });
}

function administratorOf({ cloud, farebox }: Platform) {
  const { endpoint, region, credentials } = cloud.clientConfig(farebox.homeRegion);
  return { endpoint, region, ...credentials };
}

let isStopping = false;
const stop = async (): Promise<void> => {
  // Asked twice: at once. The processes behind the platform cannot outlive this one.
  if (isStopping) process.exit(1);
  isStopping = true;
  console.log("\nStopping …");
  rmSync(endpointFile, { force: true });
  await platform.stop();
  process.exit(0);
};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stop());

function readFlags() {
  try {
    return parseArgs({
      options: {
        port: { type: "string", default: "8787" },
        config: { type: "string" },
        state: { type: "string", default: ".farebox" },
        fresh: { type: "boolean", default: false },
        verbose: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}

/** The key opens only this machine's demo platform; still, other accounts of the machine need not read it. */
function writePrivately(file: string, content: object): void {
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
}

function lastKey(): string | undefined {
  try {
    const last = parseJsonObject(readFileSync(keyFile, "utf8"));
    return isJsonObject(last) && typeof last["apiKey"] === "string" ? last["apiKey"] : undefined;
  } catch {
    // The first run, or a fresh one.
    return undefined;
  }
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
