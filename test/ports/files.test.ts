import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { oldestAlive } from "../../core/files/file.ts";
import type { FileContents, FileKey, FileRecords } from "../../core/files/ports.ts";
import { type CustomerId, customerId, fileId, newUlid } from "../../core/identifiers.ts";
import { after, epochMs } from "../../core/time.ts";
import { fileRecords } from "../../functions/adapters/dynamodb/file-records.ts";
import { bucketUrl } from "../../functions/adapters/signed/bucket.ts";
import { fileContents } from "../../functions/adapters/signed/file-contents.ts";
import { presignerFor } from "../../functions/adapters/signed/presigned-url.ts";
import { createKms } from "../../local/kms/kms.ts";
import { createS3 } from "../../local/s3/s3.ts";
import { fakeBucket, fakeDeployment, home } from "../local/s3/fake-deployment.ts";
import { fakeFrontDoor } from "../local/s3/fake-front-door.ts";
import { type TestDatabase, startTestDatabase } from "../support/dynoxide.ts";
import { memoryFileContents, memoryFileRecords } from "../support/memory-files.ts";
import { sampleFile } from "../support/sample-file.ts";
import { countingBytes, sampleNow } from "../support/samples.ts";

let database: TestDatabase;
let table: string;
let door: Awaited<ReturnType<typeof fakeFrontDoor>>;
beforeAll(async () => {
  database = await startTestDatabase();
  table = await database.createTable("accounts");
  const deployment = fakeDeployment([fakeBucket("files")]);
  door = await fakeFrontDoor(createS3(deployment, { kms: createKms(deployment) }));
});
afterAll(async () => {
  await database.stop();
  await door.stop();
});

const random = countingBytes();
const newCustomer = (): CustomerId => customerId(newUlid(sampleNow, random));
const fileAt = (customer: CustomerId, ageMs: number) => {
  const createdAt = after(sampleNow, -ageMs);
  return sampleFile({ customer, createdAt, id: fileId(newUlid(createdAt, random)) });
};
const oldest = oldestAlive(sampleNow);
const dayMs = 24 * 3_600_000;

describe.each<[string, () => FileRecords]>([
  ["memory", memoryFileRecords],
  ["DynamoDB", () => fileRecords(database.dynamoDb, table, "eu-west-1")],
])("records in %s", (_, open) => {
  test("a file reads back as it was, for its customer only", async () => {
    const [records, customer] = [open(), newCustomer()];
    const file = fileAt(customer, 0);
    await records.add(file);
    expect(await records.find(customer, file.id)).toStrictEqual(file);
    const other = newCustomer();
    expect(await records.find(other, file.id)).toBeUndefined();
    expect(await records.list(other, { order: "asc", oldest, limit: 10 })).toEqual([]);
    expect(await records.remove(other, file.id)).toBe(false);
    expect(await records.find(customer, file.id)).toStrictEqual(file);
  });

  test("pages in either order hold every file that is alive once, whether the one before is still there or not", async () => {
    const [records, customer] = [open(), newCustomer()];
    const files = [40, 29, 3, 2, 1, 1, 0].map((days) => fileAt(customer, days * dayMs));
    for (const file of files) await records.add(file);
    const alive = files.slice(1).map(({ id }) => id);
    for (const order of ["asc", "desc"] as const) {
      const seen: string[] = [];
      for (let after = undefined as (typeof alive)[number] | undefined; ;) {
        const page = await records.list(customer, { order, oldest, limit: 2, ...(after && { after }) });
        seen.push(...page.map(({ id }) => id));
        const last = page.at(-1);
        if (!last) break;
        after = last.id;
      }
      expect(seen).toEqual(order === "asc" ? alive.toSorted() : alive.toSorted().toReversed());
    }
    const [removed] = alive.toSorted();
    if (removed) await records.remove(customer, removed);
    const rest = await records.list(customer, {
      order: "asc",
      oldest,
      limit: 10,
      ...(removed && { after: removed }),
    });
    expect(rest.map(({ id }) => id)).toEqual(alive.toSorted().slice(1));
  });

  test("a page that begins before the oldest is empty, or begins there", async () => {
    const [records, customer] = [open(), newCustomer()];
    const [dead, file] = [fileAt(customer, 40 * dayMs), fileAt(customer, 0)];
    await records.add(file);
    expect(await records.list(customer, { order: "desc", oldest, limit: 5, after: dead.id })).toEqual([]);
    const later = await records.list(customer, { order: "asc", oldest, limit: 5, after: dead.id });
    expect(later).toStrictEqual([file]);
  });

  test("a pending file is settled once, and one that was removed does not come back", async () => {
    const [records, customer] = [open(), newCustomer()];
    const file = { ...fileAt(customer, 0), state: "pending" as const };
    await records.add(file);
    await records.settle({ ...file, state: "processed" });
    await records.settle({ ...file, state: "wrong_size" });
    expect(await records.find(customer, file.id)).toStrictEqual({ ...file, state: "processed" });
    expect(await records.remove(customer, file.id)).toBe(true);
    expect(await records.remove(customer, file.id)).toBe(false);
    await records.settle({ ...file, state: "processed" });
    expect(await records.find(customer, file.id)).toBeUndefined();
  });
});

test("the files of one region are no other's", async () => {
  const customer = newCustomer();
  const file = fileAt(customer, 0);
  await fileRecords(database.dynamoDb, table, "eu-west-1").add(file);
  const elsewhere = fileRecords(database.dynamoDb, table, "us-west-2");
  expect(await elsewhere.find(customer, file.id)).toBeUndefined();
  expect(await elsewhere.remove(customer, file.id)).toBe(false);
});

const s3Contents = (): FileContents =>
  fileContents(
    bucketUrl(home, "files", { AWS_ENDPOINT_URL: door.url }),
    presignerFor({ accessKeyId: "AKIATESTER", secretAccessKey: "local", sessionToken: "t/+=" }, home),
  );
const newKey = (): FileKey => ({ customer: newCustomer(), id: fileId(newUlid(sampleNow, random)) });

describe.each<[string, () => FileContents]>([
  ["memory", memoryFileContents],
  ["S3", s3Contents],
])("contents in %s", (_, open) => {
  test("read back byte for byte, with their size, and are gone when they are removed", async () => {
    const [contents, key] = [open(), newKey()];
    const bytes = Uint8Array.from({ length: 300_000 }, (_byte, index) => index % 251);
    await contents.write(key, bytes);
    expect(await contents.size(key)).toBe(bytes.length);
    expect(await contents.read(key)).toEqual(bytes);
    await contents.remove(key);
    await contents.remove(key);
    expect(await contents.size(key)).toBeUndefined();
    await expect(contents.read(key)).rejects.toThrow(/no such content|answered GET with 404/);
  });

  test("of one customer are not those of another, though their file had the same id", async () => {
    const [contents, key] = [open(), newKey()];
    await contents.write(key, Uint8Array.of(1));
    expect(await contents.size({ ...key, customer: newCustomer() })).toBeUndefined();
  });
});

describe("a granted URL", () => {
  const now = () => epochMs(Date.now());

  test("uploads once, and downloads", async () => {
    const [contents, key] = [s3Contents(), newKey()];
    const grant = contents.grantUpload(key, 3, now(), 60_000);
    const put = (body: string) => fetch(grant.url, { method: "PUT", headers: grant.headers, body });
    expect((await put("abc")).status).toBe(200);
    expect((await put("xyz")).status).toBe(412);
    expect(await (await fetch(contents.downloadUrl(key, now(), 60_000))).text()).toBe("abc");
  });

  test("is over when its time is", async () => {
    const [contents, key] = [s3Contents(), newKey()];
    const past = epochMs(Date.now() - 120_000);
    const grant = contents.grantUpload(key, 3, past, 60_000);
    const late = await fetch(grant.url, { method: "PUT", headers: grant.headers, body: "abc" });
    expect(late.status).toBe(403);
    expect(await contents.size(key)).toBeUndefined();
  });

  test("says that length and once-only were signed, and hides nothing else in itself", () => {
    const url = new URL(s3Contents().grantUpload(newKey(), 3, now(), 3_600_000).url);
    expect(url.searchParams.get("X-Amz-SignedHeaders")).toBe("content-length;host;if-none-match");
    expect(url.searchParams.get("X-Amz-Expires")).toBe("3600");
    expect(url.searchParams.get("X-Amz-Security-Token")).toBe("t/+=");
  });
});

test("S3 that refuses is an error with a name for the log, not a file that is missing", async () => {
  const [contents, key] = [s3Contents(), newKey()];
  door.denied.add("s3:GetObject").add("s3:PutObject").add("s3:DeleteObject");
  await expect(contents.size(key)).rejects.toMatchObject({ name: "S3HEAD403" });
  await expect(contents.read(key)).rejects.toMatchObject({ name: "S3GET403" });
  await expect(contents.write(key, Uint8Array.of(1))).rejects.toMatchObject({ name: "S3PUT403" });
  await expect(contents.remove(key)).rejects.toMatchObject({ name: "S3DELETE403" });
  door.denied.clear();
});
