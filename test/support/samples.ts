import type { Customer } from "../../core/access/customer.ts";
import type { Principal } from "../../core/access/principal.ts";
import { type ModelFinding, findModel, modelIndex } from "../../core/catalogue/find-model.ts";
import type { Model, ModelEndpoint } from "../../core/catalogue/model.ts";
import { type RandomBytes, customerId, keyId, leaseId, priceId, requestId } from "../../core/identifiers.ts";
import type { UsageEvent } from "../../core/billing/usage-event.ts";
import { chat } from "../../core/inference/tasks/chat.ts";
import type { ChatRequest } from "../../core/inference/tasks/chat-request.ts";
import type { InferenceRequest } from "../../core/inference/tasks/inference-request.ts";
import { picodollars } from "../../core/money.ts";
import { epochMs } from "../../core/time.ts";

/** A ULID whose last characters tell it from others: `sampleUlid("7")`. */
export const sampleUlid = (suffix: string): string =>
  `01J0000000000000000000000000`.slice(0, 26 - suffix.length) + suffix;

export const sampleNow = epochMs(Date.UTC(2026, 0, 1));

/** Not random at all: counts up, so that ids differ and a failing test can be repeated. */
export const countingBytes = (): RandomBytes => {
  let calls = 0;
  return (count) => {
    calls += 1;
    return Uint8Array.from({ length: count }, (_, index) => (index === count - 1 ? calls : 0));
  };
};

export const samplePrincipal: Principal = {
  key: keyId(sampleUlid("KEY")),
  mode: "test",
  customer: customerId(sampleUlid("CVS")),
  scopes: ["infer"],
  limits: { walletShards: 1, timeZone: "UTC", budgets: [] },
};

export const sampleCustomer: Customer = {
  id: samplePrincipal.customer,
  name: "Sample",
  timeZone: "UTC",
  walletShards: 1,
  createdAt: sampleNow,
};

export const sampleEndpoint: ModelEndpoint = {
  kind: "sagemaker",
  region: "eu-west-1",
  endpointName: "sample",
  usage: "final",
};

/** $1 per million input tokens, $3 per million output tokens. */
export const sampleModel: Model = {
  name: "sample-chat",
  version: "1",
  artifactDigest: `sha256:${"a".repeat(64)}`,
  task: "chat",
  description: "A model for tests.",
  limits: {
    contextTokensMax: 8192,
    outputTokensMax: 1024,
    outputTokensDefault: 256,
    requestMsMax: 60_000,
  },
  endpoints: [sampleEndpoint],
  price: {
    id: priceId(sampleUlid("PRC")),
    rates: { inputTokens: picodollars(1_000_000n), outputTokens: picodollars(3_000_000n) },
  },
  createdSeconds: 1_750_000_000,
};

/** What a catalogue with just this model says to its name. */
export const findingOf = (model: Model): ModelFinding => findModel(modelIndex([model]), model.name);

/** A chat request; `fields` follows what is said of it. */
export const sampleRequest = (
  said: Partial<Omit<ChatRequest, "fields">> & { fields?: object } = {},
): ChatRequest => ({
  model: sampleModel.name,
  stream: false,
  wantsUsage: false,
  wantsRunningUsage: false,
  choices: 1,
  messageCount: 1,
  isTextOnly: true,
  remoteImages: [],
  ...said,
  fields: {
    model: sampleModel.name,
    messages: [{ role: "user", content: "Recommend me a fantasy movie." }],
    ...said.fields,
  },
});

/** The same, as the request flow takes it. */
export const sampleChat = (said: Parameters<typeof sampleRequest>[0] = {}): InferenceRequest =>
  chat(sampleRequest(said));

const sampleLease = leaseId(sampleUlid("EASE"));

export const sampleUsageEvent: UsageEvent = {
  request: requestId(sampleLease, sampleUlid("REQ")),
  lease: sampleLease,
  customer: samplePrincipal.customer,
  key: samplePrincipal.key,
  mode: "test",
  model: sampleModel.name,
  modelVersion: sampleModel.version,
  task: "chat",
  region: "eu-west-1",
  streamed: true,
  price: priceId(sampleUlid("PRC")),
  quantities: { inputTokens: 100, outputTokens: 20, requests: 1 },
  source: "reported",
  hold: picodollars(1_000_000_000n),
  cost: picodollars(160_000_000n),
  waived: false,
  outcome: "completed",
  admittedAt: sampleNow,
  endedAt: epochMs(sampleNow + 1200),
};
