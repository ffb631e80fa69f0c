import { setTimeout as pause } from "node:timers/promises";
import { leaseTerms } from "../../../core/admission/lease-rules.ts";
import { isJsonObject, parseJsonObject } from "../../../core/json.ts";
import type { Item } from "../dynamodb/item.ts";
import type { PutNewItem } from "../dynamodb/put-new-item.ts";
import { tableKeys } from "../../contract.ts";
import type { AwsEndpoint } from "./aws-endpoint.ts";
import { readAll } from "./read-all.ts";

const attemptsMax = 4;
/** Enough for all attempts. A process that stood still in between must not store a usage event later than it thinks. */
const storeMsMax = leaseTerms.storeMsMax;
const attemptMsMax = 3000;
/** Doubles with every attempt, and is spread so that many functions do not come back at once. */
const pauseMs = 25;

/** Errors that say "not now" or "not known": the same put, sent again, is stored once all the same. */
const isPassing = (status: number, name: string): boolean =>
  status >= 500 || /Throttl|ThroughputExceeded|RequestLimitExceeded|TransactionConflict/.test(name);

/** The one write of every request, over hand-signed requests; the SDK's client is several times as dear. */
export const signedPutNewItem =
  (dynamoDb: AwsEndpoint): PutNewItem =>
  async (table, item) => {
    const body = Buffer.from(
      JSON.stringify({
        TableName: table,
        Item: item,
        ConditionExpression: `attribute_not_exists(${tableKeys.partition})`,
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      }),
    );
    const startedAtMs = Date.now();
    for (let attempt = 1; ; attempt++) {
      const outcome = await attemptPut(dynamoDb, body);
      if (outcome.kind === "stored") return item;
      if (outcome.kind === "exists") return outcome.item;
      if (outcome.kind === "refused" || attempt === attemptsMax) throw outcome.error;
      await pause(pauseMs * 2 ** attempt * (0.5 + Math.random() / 2));
      if (Date.now() > startedAtMs + storeMsMax - attemptMsMax) throw outcome.error;
    }
  };

type Outcome =
  | { readonly kind: "stored" }
  | { readonly kind: "exists"; readonly item: Item }
  | { readonly kind: "refused"; readonly error: Error }
  | { readonly kind: "passing"; readonly error: Error };

const attemptPut = async (dynamoDb: AwsEndpoint, body: Buffer): Promise<Outcome> => {
  try {
    const answer = await dynamoDb.post({
      path: "/",
      headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB_20120810.PutItem" },
      body,
      signal: AbortSignal.timeout(attemptMsMax),
    });
    const text = (await readAll(answer)).toString("utf8");
    const status = answer.statusCode ?? 0;
    if (status === 200) return { kind: "stored" };
    const { __type: type, Item: item } = parseJsonObject(text) ?? {};
    const name = /[^#]*$/.exec(typeof type === "string" ? type : "")?.[0] ?? "";
    if (name === "ConditionalCheckFailedException" && isItem(item)) return { kind: "exists", item };
    const error = Object.assign(new Error(`DynamoDB answered ${status}`), { name: name || "DynamoDbError" });
    return isPassing(status, name) ? { kind: "passing", error } : { kind: "refused", error };
  } catch (error) {
    // The connection broke, or nothing came in time: the item may be stored or not.
    return { kind: "passing", error: error instanceof Error ? error : new Error("no answer") };
  }
};

/** What its attributes hold is checked by whoever reads them. */
const isItem = (value: unknown): value is Item =>
  isJsonObject(value) && Object.values(value).every((attribute) => isJsonObject(attribute));
