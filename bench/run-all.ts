import { fileURLToPath } from "node:url";
import { bundleFunctions } from "../infra/bundle.ts";
import { describeMachine } from "./machine.ts";
import { startLoadClient } from "./measure/load-client.ts";
import { measureAll } from "./measure/measure-all.ts";
import { measureMoney } from "./measure/money.ts";
import { measureModuleLoad } from "./measure/module-load.ts";
import { planOf } from "./measure/plan.ts";
import { measureWriteUnits } from "./measure/write-units.ts";
import type { Options } from "./options.ts";
import { startServer } from "./processes/server-child.ts";
import type { Report } from "./report/report.ts";
import { startDatabase } from "./systems/database.ts";
import { startBareProxy } from "./systems/start-bare-proxy.ts";
import { startFarebox } from "./systems/start-farebox.ts";
import { startPortkey } from "./systems/start-portkey.ts";
import type { System } from "./systems/system.ts";
import { createTenant } from "./systems/tenant.ts";

/** Starts everything, measures, checks that every answered request was metered, ends everything. */
export const runAll = async (options: Options, logFolder: string): Promise<Report> => {
  const startedAt = new Date();
  const machine = describeMachine();
  await bundleFunctions();
  const moduleLoad = measureModuleLoad();
  console.error("Simulating wallets under faults, counting events");
  const money = await measureMoney(options);

  await using processes = new AsyncDisposableStack();
  const started = async <Process extends { stop(): Promise<void> }>(process: Process | Promise<Process>) =>
    processes.adopt(await process, (running) => running.stop());

  const database = await started(startDatabase());
  const upstream = await started(
    startServer({
      name: "upstream",
      command: () => [fileURLToPath(new URL("./upstream/server.ts", import.meta.url))],
      core: "surroundings",
      logFolder,
    }),
  );
  const surroundings = { upstreamPort: upstream.port, logFolder };
  const apiKey = await createTenant(database);
  const startFareboxOn = (databaseUrl: string) => startFarebox({ ...surroundings, databaseUrl, apiKey });
  const writeUnits = await measureWriteUnits(database.url, startFareboxOn);

  const startedSystem = async (starting: Promise<System>): Promise<System> => {
    const system = await starting;
    processes.defer(async () => system.process?.stop());
    return system;
  };
  const systems: readonly System[] = [
    { name: "direct", port: upstream.port, path: "/v1/chat/completions", headers: {} },
    await startedSystem(startBareProxy(surroundings)),
    await startedSystem(startPortkey(surroundings)),
    await startedSystem(startFareboxOn(database.url)),
  ];
  const load = await started(startLoadClient(logFolder));

  const plan = planOf(options);
  console.error(`Measuring, ${plan.repeats} ${plan.repeats === 1 ? "round" : "rounds"} each:`);
  const measurements = await measureAll(load, systems, plan);

  const fareboxAnswered = measurements.fareboxAnswered + writeUnits.requests;
  const usageEvents = await database.countUsageEvents();
  if (usageEvents !== fareboxAnswered)
    throw new Error(`Farebox answered ${fareboxAnswered} requests but recorded ${usageEvents} usage events`);
  return {
    startedAt: startedAt.toISOString(),
    seconds: (Date.now() - startedAt.getTime()) / 1000,
    isQuick: options.isQuick,
    repeats: plan.repeats,
    machine,
    results: measurements.results,
    moduleLoad,
    writeUnits,
    money,
    fareboxAnswered,
    usageEvents,
  };
};
