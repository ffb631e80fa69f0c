import { leaseHolder } from "../../core/admission/lease-holder.ts";
import { leaseRules } from "../../core/admission/lease-rules.ts";
import { rateLimiter } from "../../core/admission/rate-limiter.ts";
import type { InferencePorts } from "../../core/inference/ports.ts";
import { cachedCatalogue } from "../adapters/cached-catalogue.ts";
import { cells } from "../adapters/dynamodb/cells.ts";
import type { DynamoDb } from "../adapters/dynamodb/dynamo-db.ts";
import { leaseUsage } from "../adapters/dynamodb/lease-usage.ts";
import { modelDocuments } from "../adapters/dynamodb/model-documents.ts";
import { progressTable } from "../adapters/dynamodb/progress-records.ts";
import { rateWindows } from "../adapters/dynamodb/rate-windows.ts";
import { usageEventTable } from "../adapters/dynamodb/usage-events.ts";
import { modelServers } from "../adapters/model-server.ts";
import { openAiModelServer } from "../adapters/openai-server/model-server.ts";
import { remoteImages } from "../adapters/remote-images.ts";
import { signedSageMakerModelServer } from "../adapters/sagemaker/signed-model-server.ts";
import { awsEndpoint } from "../adapters/signed/aws-endpoint.ts";
import { environment } from "../contract.ts";
import { required } from "../environment.ts";
import { randomBytes, systemClock, systemTimers } from "../system.ts";
import { durableUsageEvents } from "./durable-usage-events.ts";
import { loggedProgress } from "./logged-progress.ts";

/** Where images may be fetched from. */
export const imageHosts: readonly string[] = (process.env[environment.imageHosts] ?? "")
  .split(",")
  .filter((host) => host !== "");

/** What the request flow runs on in this region, for one process: its leases are its own. */
export const inferencePorts = (client: DynamoDb): InferencePorts => {
  const accounts = required(environment.accountsTable);
  const usage = required(environment.usageTable);
  const documents = modelDocuments(client, required(environment.directoryTable));
  const region = required("AWS_REGION");
  const sageMaker = awsEndpoint(region, {
    hostPrefix: "runtime.sagemaker",
    variable: "SAGEMAKER_RUNTIME",
    signingName: "sagemaker",
  });
  const rules = leaseRules();
  return {
    clock: systemClock,
    timers: systemTimers,
    remoteImages: remoteImages(imageHosts),
    randomBytes,
    region,
    catalogue: cachedCatalogue(() => documents.list(), systemClock),
    leases: leaseHolder({
      region,
      randomBytes,
      cells: cells(client, accounts),
      usage: leaseUsage(client, usage),
      rules,
    }),
    rules,
    rateLimiter: rateLimiter(rateWindows(client, accounts), region),
    modelServers: modelServers({
      sageMaker: signedSageMakerModelServer(sageMaker),
      openAiServer: openAiModelServer(),
    }),
    usageEvents: durableUsageEvents(usageEventTable(client, usage)),
    progress: loggedProgress(progressTable(client, usage)),
  };
};
