import { issueKey } from "../../core/access/issue-key.ts";
import { assert } from "../../core/assert.ts";
import type { Model } from "../../core/catalogue/model.ts";
import { customerId, newUlid, priceId } from "../../core/identifiers.ts";
import { picodollars } from "../../core/money.ts";
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

/** Puts the benchmark's models and a customer's key into the directory, as a deployment does; yields the key's text. */
export const createTenant = async ({ client }: Database): Promise<string> => {
  const now = systemClock.now();
  const documents = modelDocuments(client, tables.directory);
  for (const { model } of Object.values(workloads)) await documents.put(modelOf(model));
  const issue = issueKey(
    { randomBytes, sha256 },
    {
      name: "benchmark",
      mode: "live",
      customer: customerId(newUlid(now, randomBytes)),
      scopes: ["infer"],
    },
    now,
  );
  assert(issue.ok, "the benchmark orders a sensible key");
  await keyRecords(client, tables.directory).put(issue.record);
  return issue.text;
};
