import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { type JsonObject, parseJsonObject } from "../../../core/json.ts";
import { type DynamoDb, callMsMax } from "../dynamodb/dynamo-db.ts";
import type { AwsEndpoint } from "./aws-endpoint.ts";
import { readAll } from "./read-all.ts";

const attemptsMax = 4;
/** DynamoDB answers in milliseconds or not at all, and a retry is cheaper than waiting. */
const attemptMsMax = 3000;
/** Doubles with every attempt, and is spread so that many functions do not come back at once. */
const pauseMs = 50;
/** A throttled partition stays so for a second or more. */
const throttledPauseMs = 500;

/**
 * DynamoDB over hand-signed requests. The SDK's client is several times as dear, in every call and above all in every cold
 * start (decision 0014). Its JSON is what the SDK's inputs and outputs are, as long as no attribute is binary: none of
 * ours is.
 */
export const signedDynamoDb = (endpoint: AwsEndpoint): DynamoDb => {
  const call =
    <Output extends object>(operation: string) =>
    async (input: object): Promise<Output> => {
      const body = Buffer.from(JSON.stringify(input));
      const startedAtMs = Date.now();
      for (let attempt = 1; ; attempt++) {
        const outcome = await attemptCall(endpoint, operation, body);
        // DynamoDB's API reference promises the shape; what items hold is checked by whoever reads them.
        if (outcome.kind === "done") return outcome.output as Output;
        if (outcome.kind === "refused" || attempt === attemptsMax) throw outcome.error;
        await pause(outcome.pauseMs * 2 ** attempt * (0.25 + Math.random() / 4));
        // A process that stood still in between must not write later than it thinks.
        if (Date.now() > startedAtMs + callMsMax - attemptMsMax) throw outcome.error;
      }
    };
  const transactWriteItems = call("TransactWriteItems");
  return {
    getItem: call("GetItem"),
    putItem: call("PutItem"),
    updateItem: call("UpdateItem"),
    deleteItem: call("DeleteItem"),
    query: call("Query"),
    describeTable: call("DescribeTable"),
    transactWriteItems: (input) =>
      transactWriteItems({ ...input, ClientRequestToken: input.ClientRequestToken ?? randomUUID() }),
  };
};

type Outcome =
  | { readonly kind: "done"; readonly output: JsonObject }
  | { readonly kind: "refused"; readonly error: Error }
  | { readonly kind: "repeatable"; readonly error: Error; readonly pauseMs: number };

const attemptCall = async (endpoint: AwsEndpoint, operation: string, body: Buffer): Promise<Outcome> => {
  try {
    const answer = await endpoint.post({
      path: "/",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `DynamoDB_20120810.${operation}`,
      },
      body,
      signal: AbortSignal.timeout(attemptMsMax),
    });
    const status = answer.statusCode ?? 0;
    const text = (await readAll(answer)).toString("utf8");
    if (status === 200) return { kind: "done", output: parse(text) };
    const requestId = String(answer.headers["x-amzn-requestid"]);
    return refusalOf(failure(operation, status, requestId, parseJsonObject(text) ?? {}), status);
  } catch (error) {
    // The connection broke, or nothing came in time: what was to be written may be or not.
    const reason = error instanceof Error ? error.message : "no answer";
    const broken = new Error(`DynamoDB ${operation}: ${reason}`, { cause: error });
    return { kind: "repeatable", error: Object.assign(broken, { name: "DynamoDbUnreachable" }), pauseMs };
  }
};

/** Its own error, because JavaScript's quotes the text: an item may hold what a model has answered. */
const parse = (text: string): JsonObject => {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    throw new Error("the answer is not JSON");
  }
};

const refusalOf = (error: Error, status: number): Outcome => {
  if (/Throttl|ThroughputExceeded|RequestLimitExceeded/.test(error.name))
    return { kind: "repeatable", error, pauseMs: throttledPauseMs };
  // The same transaction, sent before, still runs: whether it will have been written is known under the same token only.
  const isRunning = error.name === "TransactionInProgressException";
  // Signed before this process stood still, or its clock was off: the next attempt is signed anew.
  const isStale = error.name === "InvalidSignatureException" && error.message.includes("expired");
  return status >= 500 || isRunning || isStale
    ? { kind: "repeatable", error, pauseMs }
    : { kind: "refused", error };
};

/** By DynamoDB's name for it, with what came along, as the SDK would throw it. */
const failure = (operation: string, status: number, requestId: string, answer: JsonObject): Error => {
  const { __type: type, Item: item, CancellationReasons: reasons } = answer;
  const said = answer["message"] ?? answer["Message"];
  const name = /[^#]*$/.exec(typeof type === "string" ? type : "")?.[0];
  return Object.assign(
    new Error(
      `DynamoDB ${operation}: ${typeof said === "string" ? said : `status ${status}`} (${requestId})`,
    ),
    {
      name: name || `DynamoDb${status}`,
      ...(item !== undefined && { Item: item }),
      ...(reasons !== undefined && { CancellationReasons: reasons }),
    },
  );
};
