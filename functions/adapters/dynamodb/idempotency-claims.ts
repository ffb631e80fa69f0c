import type {
  PutItemCommandInput,
  UpdateItemCommandInput,
  DeleteItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import {
  type Claim,
  type IdempotencyClaims,
  type StoredAnswer,
  claimMs,
  parseIdempotencyKey,
} from "../../../core/admission/idempotency.ts";
import { parseCustomerId, parseRequestId } from "../../../core/identifiers.ts";
import { after } from "../../../core/time.ts";
import { expiryAttribute, tableKeys } from "../../contract.ts";
import { parsedBy } from "../../parsed-by.ts";
import { type DynamoDb, isConditionFailed } from "./dynamo-db.ts";
import { type Item, type Plain, itemKey, readItem, writeItem } from "./item.ts";
import { count, instant } from "./schemas.ts";

/** Leaves room in DynamoDB's 400 KB for the rest of the item. */
const answerBytesMax = 380 * 1024;

const answered = { request: parsedBy(parseRequestId), status: count };
const answerSchema = z.union([
  z.object({ ...answered, body: z.string() }),
  z.object({
    ...answered,
    contentType: z.string(),
    bytes: z.base64().transform((text) => Uint8Array.from(Buffer.from(text, "base64"))),
  }),
]);

const schema = z.object({
  customer: parsedBy(parseCustomerId),
  key: parsedBy(parseIdempotencyKey),
  bodyHash: z.string(),
  attempt: z.string(),
  claimedAt: instant,
  runsUntil: instant,
  progress: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("running") }),
    z.object({ kind: z.literal("finished"), answer: answerSchema.exactOptional() }),
  ]),
});

const readClaim = (item: Item): Claim => schema.parse(readItem(item));

const keyOf = ({ customer, key }: Claim): Item => itemKey(customer, `IDEMPOTENCY#${key}`);

const itemOf = (claim: Claim): Item => ({
  ...keyOf(claim),
  ...writeItem({
    ...claim,
    claimedAt: BigInt(claim.claimedAt),
    runsUntil: BigInt(claim.runsUntil),
    progress: plainProgress(claim.progress.kind, undefined),
    [expiryAttribute]: BigInt(Math.ceil(after(claim.claimedAt, claimMs) / 1000)),
  }),
});

const plainProgress = (kind: Claim["progress"]["kind"], answer: StoredAnswer | undefined): Plain => ({
  kind,
  answer: answer && plainAnswer(answer),
});

const plainAnswer = (answer: StoredAnswer): Plain =>
  "body" in answer
    ? { ...answer, status: BigInt(answer.status) }
    : { ...answer, status: BigInt(answer.status), bytes: Buffer.from(answer.bytes).toString("base64") };

const isKept = (answer: StoredAnswer | undefined): boolean =>
  answer !== undefined &&
  ("body" in answer ? Buffer.byteLength(answer.body) : (answer.bytes.length * 4) / 3) <= answerBytesMax;

/** Claims: partition = customer, sort = `IDEMPOTENCY#<key>`. Time to live removes them after a day. */
export const idempotencyClaims = (client: DynamoDb, table: string): IdempotencyClaims => ({
  async claim(next, now) {
    // `mayReplace`, said to the database.
    const conditions = [
      `attribute_not_exists(${tableKeys.partition})`,
      "claimedAt <= :dayAgo",
      "(progress.kind = :running AND runsUntil <= :now AND bodyHash = :bodyHash)",
    ];
    const input = {
      TableName: table,
      Item: itemOf(next),
      ConditionExpression: conditions.join(" OR "),
      ExpressionAttributeValues: writeItem({
        ":dayAgo": BigInt(now - claimMs),
        ":running": "running",
        ":now": BigInt(now),
        ":bodyHash": next.bodyHash,
      }),
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    } satisfies PutItemCommandInput;
    try {
      await client.putItem(input);
      return { ok: true };
    } catch (error) {
      if (!isConditionFailed(error) || !error.Item) throw error;
      return { ok: false, existing: readClaim(error.Item) };
    }
  },
  async finish(claim, answer) {
    const input = {
      TableName: table,
      Key: keyOf(claim),
      UpdateExpression: "SET progress = :progress",
      ConditionExpression: "attempt = :attempt",
      ExpressionAttributeValues: writeItem({
        ":progress": plainProgress("finished", isKept(answer) ? answer : undefined),
        ":attempt": claim.attempt,
      }),
    } satisfies UpdateItemCommandInput;
    await client.updateItem(input).catch(ignoreOtherAttempt);
  },
  async release(claim) {
    const input = {
      TableName: table,
      Key: keyOf(claim),
      ConditionExpression: "attempt = :attempt",
      ExpressionAttributeValues: writeItem({ ":attempt": claim.attempt }),
    } satisfies DeleteItemCommandInput;
    await client.deleteItem(input).catch(ignoreOtherAttempt);
  },
});

/** The claim belongs to a later attempt: this one has outlived its time, and has no say any more. */
const ignoreOtherAttempt = (error: unknown): void => {
  if (!isConditionFailed(error)) throw error;
};
