import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KeyRecord } from "../../core/access/key-record.ts";
import { scopes } from "../../core/access/scope.ts";
import { customerId, keyId, parseProjectId } from "../../core/identifiers.ts";
import { epochMs } from "../../core/time.ts";
import { type KeyRecords, keyRecords } from "../../functions/adapters/dynamodb/key-records.ts";
import { type TestDatabase, startTestDatabase } from "../support/dynoxide.ts";
import { memoryKeyRecords } from "../support/memory-key-records.ts";
import { present } from "../support/present.ts";
import { sampleNow, sampleUlid } from "../support/samples.ts";

let database: TestDatabase;
let table: string;
beforeAll(async () => {
  database = await startTestDatabase();
  table = await database.createTable("directory");
});
afterAll(() => database.stop());

const sparse: KeyRecord = {
  id: keyId(sampleUlid("1")),
  mode: "test",
  secretHash: "0a".repeat(32),
  name: "",
  customer: customerId(sampleUlid("2")),
  scopes: ["infer"],
  createdAt: sampleNow,
};
const full: KeyRecord = {
  ...sparse,
  id: keyId(sampleUlid("3")),
  mode: "live",
  name: "laptop of Zoë 😀",
  project: present(parseProjectId(`prj_${sampleUlid("4")}`)),
  scopes,
  models: ["sample-chat", "other"],
  sourceCidrs: ["10.0.0.0/8", "2001:db8::/32"],
  expiresAt: epochMs(sampleNow + 1),
  revokedAt: epochMs(0),
};

describe.each<[string, () => KeyRecords]>([
  ["memory", memoryKeyRecords],
  ["DynamoDB", () => keyRecords(database.dynamoDb, table)],
])("key records in %s", (_, open) => {
  test.each([
    ["a sparse record", sparse],
    ["a record with every field", full],
  ])("%s reads back as it was", async (_, record) => {
    const keys = open();
    await keys.put(record);
    expect(await keys.find(record.id)).toStrictEqual(record);
  });

  test("a revocation replaces the record", async () => {
    const keys = open();
    await keys.put(sparse);
    await keys.put({ ...sparse, revokedAt: sampleNow });
    expect(await keys.find(sparse.id)).toEqual({ ...sparse, revokedAt: sampleNow });
  });

  test("a lifted expiry is gone, not remembered", async () => {
    const keys = open();
    await keys.put({ ...sparse, expiresAt: sampleNow });
    await keys.put(sparse);
    expect(await keys.find(sparse.id)).toStrictEqual(sparse);
  });

  test("an unknown key is unknown", async () =>
    expect(await open().find(keyId(sampleUlid("9")))).toBeUndefined());
});

test("a record with a scope that nobody knows is refused, not half believed", async () => {
  const id = keyId(sampleUlid("5"));
  await keyRecords(database.dynamoDb, table).put({ ...sparse, id });
  const item = { pk: { S: id }, sk: { S: "KEY" }, scopes: { L: [{ S: "root" }] } };
  await database.sdk.putItem({ TableName: table, Item: item });
  await expect(keyRecords(database.dynamoDb, table).find(id)).rejects.toThrow("scopes");
});
