import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { leaseTerms } from "../../../core/admission/lease-rules.ts";
import type { JsonObject } from "../../../core/json.ts";
import type { DynamoDb } from "../dynamodb/dynamo-db.ts";
import type { AwsEndpoint } from "./aws-endpoint.ts";
import { readAll } from "./read-all.ts";

const attemptsMax = 4;
/** Enough for all attempts. A process that stood still in between must not store a usage event later than it thinks. */
const callMsMax = leaseTerms.storeMsMax;
/** DynamoDB answers in milliseconds or not at all, and a retry is cheaper than waiting. */
const attemptMsMax = 3000;
/** Doubles with every attempt, and is spread so that many functions do not come back at once. */
const pauseMs = 25;

/** Errors that say "not now" or "not known". */
const isPassing = (status: number, name: string): boolean =>
  status >= 500 || /Throttl|ThroughputExceeded|RequestLimitExceeded|TransactionConflict/.test(name);

/**
 * DynamoDB over hand-signed requests. The SDK's client is several times as dear, in every call and above all in every cold
 * start (decision 0008). Its JSON is what the SDK's inputs and outputs are, as long as no attribute is binary: none of
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
        await pause(pauseMs * 2 ** attempt * (0.5 + Math.random() / 2));
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
    transactWriteItems: (input) => transactWriteItems({ ClientRequestToken: randomUUID(), ...input }),
  };
};

type Outcome =
  | { readonly kind: "done"; readonly output: JsonObject }
  | { readonly kind: "refused"; readonly error: Error }
  | { readonly kind: "passing"; readonly error: Error };

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
    const output = JSON.parse((await readAll(answer)).toString("utf8")) as JsonObject;
    if (status === 200) return { kind: "done", output };
    const error = failure(status, output);
    return isPassing(status, error.name) ? { kind: "passing", error } : { kind: "refused", error };
  } catch (error) {
    // The connection broke, or nothing came in time: what was to be written may be or not.
    return { kind: "passing", error: error instanceof Error ? error : new Error("no answer") };
  }
};

/** As the SDK would throw it: by DynamoDB's name, with what else came along. */
const failure = (status: number, { __type: type, ...rest }: JsonObject): Error => {
  const name = /[^#]*$/.exec(typeof type === "string" ? type : "")?.[0];
  const { Item: item, CancellationReasons: reasons } = rest;
  const message = rest["message"] ?? rest["Message"];
  return Object.assign(
    new Error(typeof message === "string" ? message : `DynamoDB answered with status ${status}`),
    {
      name: name || "DynamoDbError",
      ...(item !== undefined && { Item: item }),
      ...(reasons !== undefined && { CancellationReasons: reasons }),
    },
  );
};
