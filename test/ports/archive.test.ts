import { S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ArchiveStore } from "../../core/billing/archive.ts";
import { s3Archive } from "../../functions/adapters/s3/archive.ts";
import { createKms } from "../../local/kms/kms.ts";
import { createS3 } from "../../local/s3/s3.ts";
import { fakeBucket, fakeDeployment } from "../local/s3/fake-deployment.ts";
import { clientConfig, fakeFrontDoor } from "../local/s3/fake-front-door.ts";
import { memoryArchive } from "../support/memory-archive.ts";

/** A bucket per test, each as the archive's is: locked, so that not even the tests can clean it. */
const buckets = Array.from({ length: 8 }, (_, index) => `archive-${index}`);
const deployment = fakeDeployment(
  buckets.map((name) =>
    fakeBucket(name, {
      ObjectLockEnabled: true,
      ObjectLockConfiguration: {
        ObjectLockEnabled: "Enabled",
        Rule: { DefaultRetention: { Mode: "COMPLIANCE", Days: 1 } },
      },
    }),
  ),
);

let door: Awaited<ReturnType<typeof fakeFrontDoor>>;
let client: S3Client;
beforeAll(async () => {
  door = await fakeFrontDoor(createS3(deployment, { kms: createKms(deployment) }));
  client = new S3Client({ ...clientConfig(door.url), forcePathStyle: true });
});
afterAll(async () => {
  client.destroy();
  await door.stop();
});

const bytes = Uint8Array.from([0, 255, 10, 13]);
const names = async (store: ArchiveStore, prefix: string, after?: string) =>
  (await Array.fromAsync(store.list(prefix, after))).map(({ name }) => name);

describe.each<[string, () => ArchiveStore]>([
  ["memory", memoryArchive],
  ["S3", () => s3Archive(client, buckets.pop() ?? "")],
])("an archive in %s", (_, open) => {
  test("an object reads back byte for byte", async () => {
    const store = open();
    expect(await store.create("usage/a/1", bytes)).toBe("created");
    expect(new Uint8Array(await store.read("usage/a/1"))).toEqual(bytes);
  });

  test("an object that exists is left alone, whether it is the same or not", async () => {
    const store = open();
    await store.create("usage/a/1", bytes);
    expect(await store.create("usage/a/1", bytes)).toBe("exists");
    expect(await store.create("usage/a/1", Uint8Array.from([1]))).toBe("exists");
    expect(new Uint8Array(await store.read("usage/a/1"))).toEqual(bytes);
  });

  test("of many that create the same object, one does", async () => {
    const store = open();
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, (_unused, index) => store.create("usage/a/1", Uint8Array.from([index]))),
    );
    expect(outcomes.toSorted()).toEqual(["created", ...Array.from({ length: 5 }, () => "exists")]);
  });

  test("a folder is listed in the order of its names, from after the one given", async () => {
    const store = open();
    for (const name of ["usage/a/2", "usage/b/1", "usage/a/1", "usage/a/3"]) await store.create(name, bytes);
    expect(await names(store, "usage/a/")).toEqual(["usage/a/1", "usage/a/2", "usage/a/3"]);
    expect(await names(store, "usage/a/", "usage/a/1")).toEqual(["usage/a/2", "usage/a/3"]);
    expect(await names(store, "usage/a/", "usage/a/3")).toEqual([]);
    expect(await names(store, "usage/c/")).toEqual([]);
  });

  test("an object that is not there is an error, not empty bytes", async () => {
    await expect(open().read("usage/a/9")).rejects.toThrow(/there is no object|does not exist/);
  });
});

test("S3 that refuses is an error, not an object that exists", async () => {
  const store = s3Archive(client, buckets.pop() ?? "");
  door.denied.add("s3:PutObject");
  await expect(store.create("usage/a/1", bytes)).rejects.toThrow("s3:PutObject");
  door.denied.clear();
});
