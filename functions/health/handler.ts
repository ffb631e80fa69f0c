import { dynamoDb } from "../adapters/dynamodb/client.ts";
import { probeTable } from "../adapters/dynamodb/probe-table.ts";
import { environment } from "../contract.ts";
import { required } from "../environment.ts";
import { describeError, logError } from "../http/log.ts";
import { buffered } from "../http/pipeline.ts";
import { json } from "../http/response.ts";

const client = dynamoDb();
const directory = required(environment.directoryTable);

/** `GET /health`, without a key: can this region read what every request needs? Answers 200 or 503; a health check acts on it. */
export const handler = buffered(async () => {
  const place = { region: required("AWS_REGION"), stage: required(environment.stage) };
  try {
    await probeTable(client, directory);
    return json(200, { status: "ok", ...place });
  } catch (error) {
    logError("health_check_failed", describeError(error));
    return json(503, { status: "unavailable", ...place });
  }
});
