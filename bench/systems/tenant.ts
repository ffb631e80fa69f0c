import { issueKey } from "../../core/access/issue-key.ts";
import { assert } from "../../core/assert.ts";
import type { Model } from "../../core/catalogue/model.ts";
import { customerId, newUlid, priceId } from "../../core/identifiers.ts";
import { addCredit } from "../../core/billing/add-credit.ts";
import { parseGrantId } from "../../core/billing/ledger/grant.ts";
import { parseDollars, picodollars } from "../../core/money.ts";
import { cells } from "../../functions/adapters/dynamodb/cells.ts";
import { customerRecords } from "../../functions/adapters/dynamodb/customer-records.ts";
import { ledger } from "../../functions/adapters/dynamodb/ledger.ts";
import { transfers } from "../../functions/adapters/dynamodb/transfers.ts";
import { keyRecords } from "../../functions/adapters/dynamodb/key-records.ts";
import { modelDocuments } from "../../functions/adapters/dynamodb/model-documents.ts";
import { randomBytes, sha256, systemClock } from "../../functions/system.ts";
import { workloads } from "../workload.ts";
import { type Database, region, tables } from "./database.ts";

const modelOf = (name: string): Model => ({
  name,
  version: "1.0.0",
  artifactDigest: `sha256:${sha256(name)}`,
  task: "chat",
  description: "Answers as the benchmark's upstream does.",
  limits: {
    contextTokensMax: 8192,
    outputTokensMax: 4096,
    outputTokensDefault: 512,
    requestMsMax: 60_000,
  },
  // `final`: SageMaker's model servers send what OpenAI's API sends, so that all systems forward the same bytes.
  endpoints: [{ kind: "sagemaker", region, endpointName: name, usage: "final" }],
  price: {
    id: priceId(newUlid(systemClock.now(), randomBytes)),
    rates: { inputTokens: picodollars(100_000n), outputTokens: picodollars(400_000n) },
  },
  createdSeconds: Math.floor(systemClock.now() / 1000),
});

/** More than any run spends: the benchmark measures requests that are admitted. */
const walletDollars = parseDollars("1000000");

/** Puts the benchmark's models, a customer with money and its key where a deployment has them; yields the key's text. */
export const createTenant = async ({ client }: Database): Promise<string> => {
  const now = systemClock.now();
  const documents = modelDocuments(client, tables.directory);
  for (const { model } of Object.values(workloads)) await documents.put(modelOf(model));
  const customer = customerId(newUlid(now, randomBytes));
  await customerRecords(client, tables.directory).put({
    id: customer,
    name: "Benchmark",
    timeZone: "UTC",
    walletShards: 1,
    createdAt: now,
  });
  const grant = parseGrantId("grt_benchmark");
  assert(grant !== undefined && walletDollars !== undefined, "the benchmark's grant is well-formed");
  await addCredit(
    {
      homeRegion: region,
      ledger: ledger(client, tables.accounts),
      cells: cells(client, tables.accounts),
      transfers: transfers(client, tables.accounts),
    },
    { id: grant, customer, kind: "paid", amount: walletDollars, priority: 0, createdAt: now },
  );
  const issue = issueKey(
    { randomBytes, sha256 },
    {
      name: "benchmark",
      mode: "live",
      customer,
      scopes: ["infer"],
    },
    now,
  );
  assert(issue.ok, "the benchmark orders a sensible key");
  await keyRecords(client, tables.directory).put(issue.record);
  return issue.text;
};
