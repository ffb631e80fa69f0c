import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isJsonObject, parseJsonObject } from "../../core/json.ts";
import { picodollars } from "../../core/money.ts";
import { consoleLog } from "../../local/console-log.ts";
import { demoCustomer } from "./demo-customer.ts";
import { firstCall } from "./first-call.ts";
import { showDollars } from "./show-dollars.ts";
import { type Platform, forget, startPlatform } from "./start-platform.ts";

export type RunOptions = {
  readonly port: number;
  readonly stateDir: string;
  readonly isFresh: boolean;
  readonly isVerbose: boolean;
  readonly configFile?: string;
};

/** Runs the platform until a signal ends it, for the person at this terminal: shows a first call to make, then what happens. */
export const runPlatform = async (options: RunOptions): Promise<void> => {
  const stateDir = path.resolve(options.stateDir);
  /** Where the running platform is; gone when it is not running. */
  const endpointFile = path.join(stateDir, "endpoint.json");
  /** The demo key, for the next start. */
  const keyFile = path.join(stateDir, "key.json");
  if (options.isFresh) forget(stateDir);
  mkdirSync(stateDir, { recursive: true });

  const log = consoleLog({ verbose: options.isVerbose });
  let requestEnded = (): void => undefined;
  const platform = await startPlatform({
    stateDir,
    port: options.port,
    ...(options.configFile !== undefined && { configFile: options.configFile }),
    log: (event) => {
      log(event);
      if (event.kind === "api-request" && event.method === "POST") requestEnded();
    },
    progress: (step) => console.log(`${step} …`),
    // For the first call that is shown. The others follow: a call that comes sooner waits for its model.
    isModelNeeded: ({ task }) => task === "chat",
  });

  const { id: customer, apiKey } = await demoCustomer(platform, lastKey(keyFile));
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
  console.log(firstCall(platform, apiKey, { customer, balance: shown }, performance.now()));

  /** What the demo wallet paid for what has ended, and what it has left. */
  const showBalance = async (): Promise<void> => {
    const balance = await platform.balance(customer);
    if (balance.spent === shown.spent) return;
    const cost = picodollars(balance.spent - shown.spent);
    shown = balance;
    log({
      kind: "notice",
      message: `the demo wallet paid ${showDollars(cost)}; ${showDollars(balance.remaining)} left`,
    });
  };
  let showing = Promise.resolve();
  requestEnded = () => void (showing = showing.then(showBalance, showBalance));

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
  // The first seconds belong to whoever pastes the first call: a model that loads takes a processor of its own.
  await sleep(firstCallMs);
  if (!isStopping) await platform.cloud.startRemainingEndpoints();
};

const firstCallMs = 5000;

const administratorOf = ({ cloud, farebox }: Platform) => {
  const { endpoint, region, credentials } = cloud.clientConfig(farebox.homeRegion);
  return { endpoint, region, ...credentials };
};

/** The key opens only this machine's demo platform; still, other accounts of the machine need not read it. */
const writePrivately = (file: string, content: object): void =>
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });

const lastKey = (keyFile: string): string | undefined => {
  try {
    const last = parseJsonObject(readFileSync(keyFile, "utf8"));
    return isJsonObject(last) && typeof last["apiKey"] === "string" ? last["apiKey"] : undefined;
  } catch {
    // The first run, or a fresh one.
    return undefined;
  }
};
