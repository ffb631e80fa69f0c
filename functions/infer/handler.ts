import { serveRequest } from "../../core/inference/serve-request.ts";
import { leaseHolder } from "../../core/admission/lease-holder.ts";
import { leaseRules } from "../../core/admission/lease-rules.ts";
import { rateHeaders } from "../../core/admission/rate-headers.ts";
import { rateLimiter } from "../../core/admission/rate-limiter.ts";
import { serveOnce } from "../../core/inference/serve-once.ts";
import { idempotencyClaims } from "../adapters/dynamodb/idempotency-claims.ts";
import { readIdempotency } from "./idempotency.ts";
import { cachedCatalogue } from "../adapters/cached-catalogue.ts";
import { cells } from "../adapters/dynamodb/cells.ts";
import { dynamoDb } from "../adapters/dynamodb/client.ts";
import { leaseUsage } from "../adapters/dynamodb/lease-usage.ts";
import { modelDocuments } from "../adapters/dynamodb/model-documents.ts";
import { progressTable } from "../adapters/dynamodb/progress-records.ts";
import { rateWindows } from "../adapters/dynamodb/rate-windows.ts";
import { usageEventTable } from "../adapters/dynamodb/usage-events.ts";
import { modelServers } from "../adapters/model-server.ts";
import { openAiModelServer } from "../adapters/openai-server/model-server.ts";
import { remoteImages } from "../adapters/remote-images.ts";
import { signedSageMakerModelServer } from "../adapters/sagemaker/signed-model-server.ts";
import { addressOf, awsEndpoint } from "../adapters/signed/aws-endpoint.ts";
import { signedPutNewItem } from "../adapters/signed/put-new-item.ts";
import { environment } from "../contract.ts";
import { required } from "../environment.ts";
import { callerOf } from "../http/caller.ts";
import { streaming } from "../http/pipeline.ts";
import { refused } from "../http/response.ts";
import { randomBytes, systemClock, systemTimers } from "../system.ts";
import { durableUsageEvents } from "./durable-usage-events.ts";
import { modelHeaders } from "./model-headers.ts";
import { loggedProgress } from "./logged-progress.ts";
import { readRequest } from "./read-request.ts";
import { renderAnswer, renderReplay } from "./render-answer.ts";

const client = dynamoDb();
const documents = modelDocuments(client, required(environment.directoryTable));

const region = required("AWS_REGION");
/** The two calls of every request are signed by hand; leases, the catalogue and the rest are rarer and use the SDK. */
const signedDynamoDb = awsEndpoint(
  addressOf(region, "dynamodb", "DYNAMODB", process.env),
  region,
  "dynamodb",
);
const sageMaker = awsEndpoint(
  addressOf(region, "runtime.sagemaker", "SAGEMAKER_RUNTIME", process.env),
  region,
  "sagemaker",
);

const imageHosts = (process.env[environment.imageHosts] ?? "").split(",").filter((host) => host !== "");

const rules = leaseRules();
const leases = leaseHolder({
  region,
  randomBytes,
  cells: cells(client, required(environment.accountsTable)),
  usage: leaseUsage(client, required(environment.usageTable)),
  rules,
});

const serve = serveOnce(
  {
    claims: idempotencyClaims(client, required(environment.accountsTable)),
    clock: systemClock,
    randomBytes,
  },
  serveRequest({
    clock: systemClock,
    timers: systemTimers,
    remoteImages: remoteImages(imageHosts),
    randomBytes,
    region,
    catalogue: cachedCatalogue(() => documents.list(), systemClock),
    leases,
    rules,
    rateLimiter: rateLimiter(rateWindows(client, required(environment.accountsTable)), region),
    modelServers: modelServers({
      sageMaker: signedSageMakerModelServer(sageMaker),
      openAiServer: openAiModelServer(),
    }),
    usageEvents: durableUsageEvents(
      usageEventTable(client, required(environment.usageTable), signedPutNewItem(signedDynamoDb)),
    ),
    progress: loggedProgress(progressTable(client, required(environment.usageTable))),
  }),
);

/** The inference routes: read, serve, render. One function for all of them: its leases serve every task. */
export const handler = streaming(async (event, scope) => {
  const caller = callerOf(event);
  if (!caller.ok) return refused(caller.refusal);
  scope.notes = { customer: caller.principal.customer, key: caller.principal.key };
  const read = await readRequest(event, imageHosts);
  if (!read.ok) return refused(read.refusal);
  const once = readIdempotency(event);
  if (!once.ok) return refused(once.refusal);
  const served = await serve(caller.principal, read.request, once.idempotency);
  if (served.kind === "replayed") return renderReplay(served.answer, scope);
  const response = renderAnswer(served, scope);
  return {
    ...response,
    headers: {
      ...response.headers,
      ...(served.admitted && modelHeaders(served.admitted.model, event.resource)),
      ...rateHeaders(served.standings),
    },
  };
});
