import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { leaseTerms } from "../../../core/admission/lease-rules.ts";
import { decideMsMax } from "../../../core/batches/ports.ts";
import { callMsMax } from "../../../functions/adapters/dynamodb/dynamo-db.ts";
import { putNewItem } from "../../../functions/adapters/dynamodb/put-new-item.ts";
import { conflictMsMax, transact } from "../../../functions/adapters/dynamodb/transact.ts";
import { connect } from "../../../functions/adapters/signed/aws-endpoint.ts";
import { signedDynamoDb } from "../../../functions/adapters/signed/dynamo-db.ts";
import { signerFor } from "../../../functions/adapters/signed/signature.ts";

/** What DynamoDB answers, one after the other. */
type Answer =
  | { readonly status: number; readonly type?: string; readonly more?: object }
  | "breaks the connection"
  | "breaks off midway"
  | "answers in HTML"
  | "answers canary";
let answers: readonly Answer[] = [];
const asked: { readonly headers: NodeJS.Dict<string | string[]>; readonly body: Record<string, unknown> }[] =
  [];

const server = createServer((request, response) => {
  let text = "";
  request.setEncoding("utf8").on("data", (chunk) => (text += chunk));
  request.on("end", () => {
    const answer = answers[asked.length] ?? "breaks the connection";
    asked.push({ headers: request.headers, body: JSON.parse(text) });
    if (answer === "breaks the connection") return void response.destroy();
    if (answer === "answers canary") return void response.end("canary");
    if (answer === "answers in HTML") return void response.writeHead(403).end("<html>");
    if (answer === "breaks off midway") {
      response.writeHead(200, { "content-length": 100 }).write("{");
      return void setTimeout(() => response.destroy(), 20);
    }
    const { status, type = "", more } = answer;
    const body = { ...(type && { __type: `com.amazonaws.dynamodb.v20120810#${type}` }), ...more };
    response.writeHead(status, { "x-amzn-requestid": "R3QU35T" }).end(JSON.stringify(body));
  });
});
beforeAll(() => new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const dynamoDb = (script: readonly Answer[]) => {
  answers = script;
  asked.length = 0;
  const address = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const credentials = { accessKeyId: "a", secretAccessKey: "b", sessionToken: "c" };
  return signedDynamoDb(connect(address, signerFor(credentials, "eu-west-1", "dynamodb")));
};

const ok = { status: 200 };
const refused = (type: string, more = {}) => ({ status: 400, type, more });
const item = { pk: { S: "a" }, sk: { S: "b" } };
const earlier = { ...item, by: { S: "somebody else" } };
const exists = refused("ConditionalCheckFailedException", { Item: earlier });

describe("an item that is to be put once", () => {
  const put = (script: readonly Answer[]) => putNewItem(dynamoDb(script), "table", item);

  test.each<[string, readonly Answer[], object]>([
    ["stored at once", [ok], item],
    ["there already", [exists], earlier],
    ["throttled, then stored", [refused("ProvisionedThroughputExceededException"), ok], item],
    ["a broken server, then stored", [{ status: 500, type: "InternalServerError" }, ok], item],
    ["held by a transaction, then stored", [refused("TransactionConflictException"), ok], item],
    [
      "signed too long ago, then stored",
      [refused("InvalidSignatureException", { message: "Signature expired: …" }), ok],
      item,
    ],
    // The lost answer may have been a yes: then it is there now, which is as good.
    ["a lost answer, then there", ["breaks the connection", exists], earlier],
    ["half an answer, then there", ["breaks off midway", exists], earlier],
  ])("%s", async (_case, script, outcome) => {
    expect(await put(script)).toEqual(outcome);
    expect(asked).toHaveLength(script.length);
  });

  test.each(["ValidationException", "AccessDeniedException", "InvalidSignatureException"])(
    "%s is not repeated, and says what DynamoDB said",
    async (type) => {
      await expect(put([refused(type, { message: "no, as" })])).rejects.toMatchObject({
        name: type,
        message: "DynamoDB PutItem: no, as (R3QU35T)",
      });
      expect(asked).toHaveLength(1);
    },
  );

  test("an answer of somebody else is refused with its status", async () => {
    await expect(put(["answers in HTML"])).rejects.toMatchObject({ name: "DynamoDb403" });
    expect(asked).toHaveLength(1);
  });

  test("after four attempts it gives up, and says so", async () => {
    await expect(put(Array.from({ length: 9 }, () => ({ status: 503 })))).rejects.toThrow(
      /PutItem: status 503/,
    );
    expect(asked).toHaveLength(4);
    await expect(put([])).rejects.toMatchObject({ name: "DynamoDbUnreachable" });
    expect(asked).toHaveLength(4);
  });

  test("after standing still it gives up: a usage event must not be stored later than it thinks", async () => {
    const clock = vi
      .spyOn(Date, "now")
      .mockReturnValueOnce(0)
      .mockReturnValueOnce(0)
      .mockReturnValue(callMsMax);
    await expect(put([{ status: 500, type: "InternalServerError" }, ok])).rejects.toThrow(/status 500/);
    clock.mockRestore();
    expect(asked).toHaveLength(1);
  });
});

test("a write and its conflicts are over while its usage event may still be stored, and while a batch waits for it", () => {
  expect(callMsMax + conflictMsMax).toBeLessThanOrEqual(decideMsMax);
  expect(decideMsMax).toBeLessThan(leaseTerms.storeMsMax);
});

test("an answer that is no JSON is not quoted: it may hold what a model has answered", async () => {
  const call = dynamoDb(Array.from({ length: 4 }, () => "answers canary" as const)).getItem({
    TableName: "table",
    Key: item,
  });
  const error = await call.catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: "DynamoDbUnreachable" });
  expect(inspect(error)).not.toContain("canary");
});

describe("a transaction", () => {
  const input = { TransactItems: [{ Put: { TableName: "table", Item: item } }] };
  const write = (script: readonly Answer[], token?: string) =>
    transact(dynamoDb(script), { ...input, ClientRequestToken: token });
  const tokens = () => asked.map(({ body }) => body["ClientRequestToken"]);
  const cancelled = (...codes: readonly string[]) =>
    refused("TransactionCanceledException", { CancellationReasons: codes.map((code) => ({ Code: code })) });

  test("that is sent again, for nobody knows what became of it, has the same token", async () => {
    const script = [
      "breaks the connection",
      refused("TransactionInProgressException"),
      { status: 500 },
      ok,
    ] as const;
    expect(await write(script)).toEqual({ ok: true });
    expect(new Set(tokens()).size).toBe(1);
    expect(tokens()[0]).toMatch(/^[\w-]{36}$/);
  });

  test("keeps the token that it was given", async () => {
    await write([{ status: 500 }, ok], "token-of-a-lease");
    expect(tokens()).toEqual(["token-of-a-lease", "token-of-a-lease"]);
  });

  test("that still runs after all attempts has an unknown outcome, which is no refusal", async () => {
    await expect(
      write(Array.from({ length: 9 }, () => refused("TransactionInProgressException"))),
    ).rejects.toMatchObject({
      name: "TransactionInProgressException",
    });
    expect(asked).toHaveLength(4);
  });

  test.each(["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])(
    "that wrote nothing because of a %s is written after all",
    async (code) => {
      expect(await write([cancelled("None", code), ok])).toEqual({ ok: true });
      expect(asked).toHaveLength(2);
    },
  );

  test("that an item refuses is not repeated, whatever the others say", async () => {
    expect(await write([cancelled("TransactionConflict", "ConditionalCheckFailed")])).toEqual({
      ok: false,
      reasons: [undefined, { Code: "ConditionalCheckFailed" }],
    });
    expect(asked).toHaveLength(1);
  });

  test.each(["ValidationError", "ItemCollectionSizeLimitExceeded"])("with a %s is an error", async (code) => {
    await expect(write([cancelled(code)])).rejects.toMatchObject({ name: "TransactionCanceledException" });
    expect(asked).toHaveLength(1);
  });
});

test("every header that says something is signed, the session's token too", async () => {
  await dynamoDb([ok]).getItem({ TableName: "table", Key: item });
  const { authorization } = asked[0]?.headers ?? {};
  expect(/SignedHeaders=([^,]*)/.exec(String(authorization))?.[1]?.split(";")).toEqual([
    "content-type",
    "host",
    "x-amz-date",
    "x-amz-security-token",
    "x-amz-target",
  ]);
});
