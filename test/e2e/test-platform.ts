import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import OpenAI from "openai";
import { inject } from "vitest";
import type { KeyOrder } from "../../core/access/issue-key.ts";
import { issueKey } from "../../core/access/issue-key.ts";
import { closeExpired } from "../../core/admission/close-expired.ts";
import { leaseRules } from "../../core/admission/lease-rules.ts";
import type { Cells, LeaseUsage } from "../../core/admission/ports.ts";
import { walletPurse } from "../../core/admission/purse.ts";
import type { BillingProfile } from "../../core/billing/invoice/billing-profile.ts";
import type { UsageEvent } from "../../core/billing/usage-event.ts";
import type { CustomerId } from "../../core/identifiers.ts";
import { after } from "../../core/time.ts";
import { cells } from "../../functions/adapters/dynamodb/cells.ts";
import { leaseUsage } from "../../functions/adapters/dynamodb/lease-usage.ts";
import { type ModelDocuments, modelDocuments } from "../../functions/adapters/dynamodb/model-documents.ts";
import type { FunctionName } from "../../functions/contract.ts";
import { randomBytes, sha256, systemClock } from "../../functions/system.ts";
import { tableName } from "../../infra/constructs/table-name.ts";
import type { LogEvent } from "../../local/log-event.ts";
import { credit, newCustomer } from "../../scripts/platform/demo-customer.ts";
import { type Platform, type PlatformOptions, startPlatform } from "../../scripts/platform/start-platform.ts";
import { type ScriptedModel, startScriptedModel } from "../support/scripted-model.ts";
import { until } from "../support/until.ts";
import { borrowContainer } from "./borrowed-containers.ts";
import { recordedEvents } from "./recorded-events.ts";
import { cdkOut, configFile, synthesizeOnce } from "./synthesize-once.ts";

export type TestPlatform = {
  readonly platform: Platform;
  readonly scripted: ScriptedModel;
  /** Everything that was logged, by functions, gateways and emulators. */
  readonly log: readonly LogEvent[];
  readonly documents: ModelDocuments;
  customerWith(dollars?: string): Promise<CustomerId>;
  /** Issues a key and returns its text. */
  issue(order?: Partial<KeyOrder>): Promise<string>;
  /** The official client, without retries unless the test asks for them. */
  client(apiKey: string, options?: { readonly maxRetries?: number }): OpenAI;
  /** The stores behind wallets and budgets. */
  readonly money: {
    readonly region: string;
    readonly ports: { readonly cells: Cells; readonly usage: LeaseUsage };
  };
  /**
   * Closes a customer's leases as if ten minutes had passed. By then nobody can be using them, so that the processes which
   * could are killed first. Its events are final then.
   */
  closeLeases(customer: CustomerId): Promise<void>;
  /** Every usage event on record, or those of requests admitted since a time in epoch milliseconds. */
  usageEvents(since?: number): Promise<readonly UsageEvent[]>;
  /** The events of what `work` requests; waits until there are at least `expected`, because a hang-up is settled after the fact. */
  eventsOf(work: () => Promise<unknown>, expected?: number): Promise<readonly UsageEvent[]>;
  /** Calls a deployed function, as a schedule or an administrator does; fails if it does. Yields what it answers. */
  invoke(name: FunctionName, event: object): Promise<unknown>;
  /** Has the deployed function audit a customer's books. */
  audit(request: { readonly customer: CustomerId; readonly month?: string }): Promise<Audited>;
  /** The processes of the function that serves chats. */
  inferProcesses(): readonly number[];
  /** Kills them all, and waits until the cloud has noticed: no later request is given to one of them. */
  killInfer(): Promise<void>;
  /** The same for any function; yields how many there were. */
  kill(name: FunctionName): Promise<number>;
  stop(): Promise<void>;
};

/** For `expect.poll`: counters and archive follow the usage events a second or so later. */
export const rolledUp = { timeout: 20_000, interval: 200 };

/** The audit's answer; amounts are decimal dollars. */
export type Audited = {
  readonly ok: boolean;
  readonly text: string;
  readonly report: {
    readonly totals: Readonly<Record<"archive" | "counters" | "cells" | "open" | "ledger", string>> & {
      readonly invoice?: string;
    };
    readonly notices: readonly { readonly kind: string; readonly subject: string }[];
  };
};

const region = "us-east-1";

/** `E2E=full` is as CI runs what this makes a difference to: more processes side by side, and more to do. */
export const isFullSize = process.env["E2E"] === "full";

/** Of each function. Every one is a process, whose start takes up to half a second of a processor. */
const environmentsMax = isFullSize ? 4 : 2;

/** The real platform on the configuration beside this file, whose "scripted" models are all the one scripted model. */
export const startTestPlatform = async (
  options: Pick<PlatformOptions, "cdkOut"> = {},
): Promise<TestPlatform> => {
  await synthesizeOnce();
  const scripted = await startScriptedModel();
  const log: LogEvent[] = [];
  const platform = await startPlatform({
    configFile,
    cdkOut: options.cdkOut ?? cdkOut,
    log: (event) => log.push(event),
    environmentsMax,
    isModelNeeded: () => false,
    runContainer: async (container) =>
      container.endpointName.includes("-scripted")
        ? { url: scripted.url, stop: () => undefined }
        : borrowContainer(inject("lenderUrl"), container, (event) => log.push(event)),
  });
  const dynamoDb = new DynamoDB(platform.cloud.clientConfig(region));
  const { stage } = platform.farebox;
  const documents = modelDocuments(dynamoDb, tableName(stage, "directory"));
  await pointAt(documents, `${scripted.url}/v1`);

  /** A customer with enough for any test, unless the test says how much. */
  const customerWith = async (dollars = "1000"): Promise<CustomerId> => {
    const id = await newCustomer(platform, "Test");
    await credit(platform, id, dollars);
    return id;
  };

  const recorded = await recordedEvents(platform.cloud.dynamodb, region, tableName(stage, "usage"));
  const usageEvents = async (since = 0): Promise<readonly UsageEvent[]> =>
    (await recorded()).filter(({ admittedAt }) => admittedAt >= since);

  const invoke = async (name: FunctionName, event: object): Promise<unknown> => {
    const result = await platform.cloud.functions
      .find(`farebox-${stage}-${name}`, region)
      .invoke(JSON.stringify(event));
    if (result.kind !== "payload") throw new Error(`${name}: ${JSON.stringify(result)}`);
    return JSON.parse(result.payload);
  };

  const ports = {
    cells: cells(dynamoDb, tableName(stage, "accounts")),
    usage: leaseUsage(dynamoDb, tableName(stage, "usage")),
  };

  const processesOf = (name: FunctionName): readonly number[] =>
    platform.cloud.functions.find(`farebox-${stage}-${name}`, region).pids();

  const kill = async (name: FunctionName): Promise<number> => {
    const killed = processesOf(name);
    for (const pid of killed) process.kill(pid, "SIGKILL");
    await until(() => processesOf(name).every((pid) => !killed.includes(pid)));
    return killed.length;
  };
  const killInfer = async (): Promise<void> => void (await kill("infer"));

  return {
    platform,
    scripted,
    log,
    documents,
    customerWith,
    usageEvents,
    money: { region, ports },
    async closeLeases(customer) {
      await killInfer();
      await kill("run-batch");
      const later = after(systemClock.now(), 10 * 60_000);
      for (const { key } of await ports.cells.ofPurse(walletPurse(customer).id))
        if (!(await closeExpired({ ...ports, rules: leaseRules() }, key, later)))
          throw new Error(`${customer} has leases that are not over in ten minutes`);
    },
    async issue(order = {}) {
      const issued = issueKey(
        { randomBytes, sha256 },
        {
          name: "test",
          mode: "test",
          customer: order.customer ?? (await customerWith()),
          scopes: ["infer"],
          ...order,
        },
        systemClock.now(),
      );
      if (!issued.ok) throw new Error(issued.problem);
      await platform.keys.put(issued.record);
      return issued.text;
    },
    client: (apiKey, { maxRetries = 0 } = {}) =>
      new OpenAI({ apiKey, baseURL: platform.baseUrl, maxRetries }),
    async eventsOf(work, expected = 1) {
      const since = Date.now();
      await work();
      await until(async () => (await usageEvents(since)).length >= expected);
      // A second look, a moment later, finds an event too many.
      await sleep(50);
      return usageEvents(since);
    },
    invoke,
    async audit(request) {
      const answer = (await invoke("audit", request)) as Omit<Audited, "report"> & {
        readonly report: string;
      };
      return { ...answer, report: JSON.parse(answer.report) };
    },
    inferProcesses: () => processesOf("infer"),
    killInfer,
    kill,
    async stop() {
      dynamoDb.destroy();
      await platform.stop();
      await scripted.stop();
    },
  };
};

let shared: Promise<TestPlatform> | undefined;

/**
 * The platform of all files that one worker runs: to start it costs as much as many tests. A test
 * makes its own customer, looks for its own events, and breaks nothing that others need: what does starts its own. It ends
 * with the worker: whatever it started is guarded.
 */
export const sharedTestPlatform = (): Promise<TestPlatform> => (shared ??= startTestPlatform());

/** All models behind a URL but `unreachable`. */
const pointAt = async (documents: ModelDocuments, url: string): Promise<void> => {
  for (const model of await documents.list())
    if (model.name !== "unreachable" && model.endpoints.some(({ kind }) => kind === "openai-server"))
      await documents.put({
        ...model,
        endpoints: model.endpoints.map((endpoint) =>
          endpoint.kind === "openai-server" ? { ...endpoint, url } : endpoint,
        ),
      });
};

/** For a customer who pays ahead, in UTC. */
export const billingProfileOf = (
  customer: CustomerId,
  said: Partial<BillingProfile> = {},
): BillingProfile => ({
  customer,
  terms: "prepaid",
  timeZone: "UTC",
  currency: "USD",
  buyer: { name: "Zoë's Movie Nights", address: ["1 Ned's Beach Road", "Lord Howe Island"] },
  seller: { name: "Farebox Models Ltd", address: ["1 Harbour Street", "Dublin"] },
  paymentDays: 0,
  ...said,
});

/** What the platform logged, as one text to search. */
export const textOf = (log: readonly LogEvent[]): string => JSON.stringify(log);

export const repositoryRoot = path.join(import.meta.dirname, "..", "..");
