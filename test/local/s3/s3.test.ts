import { createHash } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketAclCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKms } from "../../../local/kms/kms.ts";
import { createS3 } from "../../../local/s3/s3.ts";
import { fakeBucket, fakeDeployment, fakeKey } from "./fake-deployment.ts";
import { clientConfig, fakeFrontDoor } from "./fake-front-door.ts";

const keyArn = "arn:aws:kms:eu-west-1:123456789012:key/secret-key";
const deployment = fakeDeployment([
  fakeKey("secret-key"),
  fakeBucket("plain"),
  fakeBucket("versioned", { VersioningConfiguration: { Status: "Enabled" } }),
  fakeBucket("locked", {
    ObjectLockEnabled: true,
    ObjectLockConfiguration: {
      ObjectLockEnabled: "Enabled",
      Rule: { DefaultRetention: { Mode: "COMPLIANCE", Days: 30 } },
    },
  }),
  fakeBucket("sealed", {
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        {
          BucketKeyEnabled: true,
          ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: keyArn },
        },
      ],
    },
  }),
  fakeBucket("far", {}, "us-west-2"),
]);

let door: Awaited<ReturnType<typeof fakeFrontDoor>>;
let s3: S3Client;

beforeAll(async () => {
  door = await fakeFrontDoor(createS3(deployment, { kms: createKms(deployment) }));
  s3 = new S3Client(clientConfig(door.url));
});
afterAll(async () => {
  s3.destroy();
  await door.stop();
});

const put = (Bucket: string, Key: string, Body: string | Uint8Array) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body }));
const read = async (Bucket: string, Key: string, more: { VersionId?: string; Range?: string } = {}) => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return (await Body?.transformToString()) ?? "";
};

describe("objects", () => {
  test("what was put is what is read, with its type and metadata", async () => {
    await s3.send(
      new PutObjectCommand({
        Bucket: "plain",
        Key: "a folder/ü+&<x>.txt",
        Body: "content",
        ContentType: "text/plain",
        ContentEncoding: "identity",
        Metadata: { digest: "abc" },
      }),
    );
    const got = await s3.send(new GetObjectCommand({ Bucket: "plain", Key: "a folder/ü+&<x>.txt" }));
    expect(await got.Body?.transformToString()).toBe("content");
    expect(got).toMatchObject({
      ContentType: "text/plain",
      ContentEncoding: "identity",
      ContentLength: 7,
      Metadata: { digest: "abc" },
      ETag: `"${createHash("md5").update("content").digest("hex")}"`,
    });
  });

  test.each(["CRC32", "CRC32C", "SHA1", "SHA256"] as const)(
    "an upload with a %s trailer is stored without its framing",
    async (ChecksumAlgorithm) => {
      const { Readable } = await import("node:stream");
      const bytes = Buffer.alloc(200_000, "framing? ");
      const Body = Readable.from([bytes.subarray(0, 70_001), bytes.subarray(70_001)]);
      await s3.send(
        new PutObjectCommand({
          Bucket: "plain",
          Key: "chunked",
          Body,
          ContentLength: bytes.length,
          ChecksumAlgorithm,
        }),
      );
      expect(await read("plain", "chunked")).toBe(bytes.toString());
      const head = await s3.send(
        new HeadObjectCommand({ Bucket: "plain", Key: "chunked", ChecksumMode: "ENABLED" }),
      );
      expect(head[`Checksum${ChecksumAlgorithm}`]).toBeTruthy();
      expect(head.ContentEncoding).toBeUndefined();
    },
  );

  test("an upload that disagrees with its checksum is refused and leaves nothing", async () => {
    const wrong = s3.send(
      new PutObjectCommand({ Bucket: "plain", Key: "damaged", Body: "x", ChecksumCRC32: "AAAAAA==" }),
    );
    await expect(wrong).rejects.toMatchObject({ name: "BadDigest" });
    await expect(read("plain", "damaged")).rejects.toMatchObject({ name: "NoSuchKey" });
  });

  test.each([
    ["bytes=2-4", "234"],
    ["bytes=-3", "789"],
    ["bytes=7-", "789"],
    ["bytes=8-100", "89"],
    ["bytes=5-2", "0123456789"],
  ])("range %s reads %s", async (Range, expected) => {
    await put("plain", "digits", "0123456789");
    expect(await read("plain", "digits", { Range })).toBe(expected);
  });

  test("a range past the end is refused", async () => {
    await put("plain", "digits", "0123456789");
    await expect(read("plain", "digits", { Range: "bytes=10-" })).rejects.toMatchObject({
      name: "InvalidRange",
    });
  });

  test("an empty object can be put and read", async () => {
    await put("plain", "empty", "");
    expect(await read("plain", "empty")).toBe("");
  });

  test("of many writers with If-None-Match exactly one wins", async () => {
    const writers = Array.from({ length: 8 }, (_, index) =>
      s3.send(new PutObjectCommand({ Bucket: "plain", Key: "once", Body: String(index), IfNoneMatch: "*" })),
    );
    const results = await Promise.allSettled(writers);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("If-Match lets only the writer who knows the current object replace it", async () => {
    const { ETag } = await put("plain", "guarded", "one");
    const replace = (IfMatch: string | undefined) =>
      s3.send(new PutObjectCommand({ Bucket: "plain", Key: "guarded", Body: "two", IfMatch }));
    await replace(ETag);
    await expect(replace(ETag)).rejects.toMatchObject({ name: "PreconditionFailed" });
    expect(await read("plain", "guarded")).toBe("two");
  });

  test("a read with the tag it has answers 304", async () => {
    const { ETag } = await put("plain", "cached", "one");
    await expect(
      s3.send(new GetObjectCommand({ Bucket: "plain", Key: "cached", IfNoneMatch: ETag })),
    ).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
  });

  test("a copy keeps content and metadata", async () => {
    await s3.send(
      new PutObjectCommand({ Bucket: "plain", Key: "from", Body: "copied", Metadata: { a: "b" } }),
    );
    await s3.send(new CopyObjectCommand({ Bucket: "versioned", Key: "to", CopySource: "plain/from" }));
    const copy = await s3.send(new GetObjectCommand({ Bucket: "versioned", Key: "to" }));
    expect(await copy.Body?.transformToString()).toBe("copied");
    expect(copy.Metadata).toEqual({ a: "b" });
  });

  test("whoever may not list is not told that a key is missing", async () => {
    door.denied.add("s3:ListBucket");
    await expect(read("plain", "no-such-key")).rejects.toMatchObject({ name: "AccessDenied" });
    door.denied.clear();
    await expect(read("plain", "no-such-key")).rejects.toMatchObject({ name: "NoSuchKey" });
  });
});

describe("listing", () => {
  test("folders roll up, and pages continue where they ended", async () => {
    for (const key of ["list/a", "list/b/1", "list/b/2", "list/c", "list/d/1"]) await put("plain", key, "x");
    const seen: (string | undefined)[] = [];
    let ContinuationToken: string | undefined;
    do {
      const listed = await s3.send(
        new ListObjectsV2Command({
          Bucket: "plain",
          Prefix: "list/",
          Delimiter: "/",
          MaxKeys: 1,
          ContinuationToken,
        }),
      );
      seen.push(...(listed.Contents ?? []).map(({ Key }) => Key));
      seen.push(...(listed.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
      ContinuationToken = listed.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    expect(seen).toEqual(["list/a", "list/b/", "list/c", "list/d/"]);
  });

  test("many keys are deleted in one call, IAM asked for each", async () => {
    await put("plain", "gone/1", "x");
    await put("plain", "gone/2 & <3>", "x");
    const Objects = [{ Key: "gone/1" }, { Key: "gone/2 & <3>" }];
    const { Deleted } = await s3.send(new DeleteObjectsCommand({ Bucket: "plain", Delete: { Objects } }));
    expect(Deleted?.map(({ Key }) => Key)).toEqual(Objects.map(({ Key }) => Key));
    const { KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket: "plain", Prefix: "gone/" }));
    expect(KeyCount).toBe(0);
    expect(door.asked).toContain("s3:DeleteObject arn:aws:s3:::plain/gone/2 & <3>");
  });
});

describe("versions", () => {
  test("a delete hides, and removing the marker brings the object back", async () => {
    const first = await put("versioned", "doc", "one");
    await put("versioned", "doc", "two");
    const deleted = await s3.send(new DeleteObjectCommand({ Bucket: "versioned", Key: "doc" }));
    expect(deleted.DeleteMarker).toBe(true);
    await expect(read("versioned", "doc")).rejects.toMatchObject({ name: "NoSuchKey" });
    expect(await read("versioned", "doc", { VersionId: first.VersionId ?? "" })).toBe("one");
    const listed = await s3.send(new ListObjectVersionsCommand({ Bucket: "versioned", Prefix: "doc" }));
    expect(listed.Versions).toHaveLength(2);
    expect(listed.DeleteMarkers).toMatchObject([{ IsLatest: true, VersionId: deleted.VersionId }]);
    await s3.send(new DeleteObjectCommand({ Bucket: "versioned", Key: "doc", VersionId: deleted.VersionId }));
    expect(await read("versioned", "doc")).toBe("two");
  });

  test("a version under Object Lock cannot be deleted before its time", async () => {
    const { VersionId } = await put("locked", "evidence", "x");
    const remove = s3.send(new DeleteObjectCommand({ Bucket: "locked", Key: "evidence", VersionId }));
    await expect(remove).rejects.toMatchObject({ name: "AccessDenied" });
    expect(await read("locked", "evidence")).toBe("x");
  });
});

describe("multipart", () => {
  const start = async (Key: string) => {
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ Bucket: "plain", Key, ChecksumAlgorithm: "CRC32" }),
    );
    return { Bucket: "plain", Key, UploadId };
  };
  const upload = async (target: Awaited<ReturnType<typeof start>>, PartNumber: number, Body: Buffer) => {
    const { ETag, ChecksumCRC32 } = await s3.send(new UploadPartCommand({ ...target, PartNumber, Body }));
    return { PartNumber, ETag, ChecksumCRC32 };
  };

  test("parts sent in any order become one object", async () => {
    const target = await start("big");
    const head = Buffer.alloc(5 * 1024 ** 2, "a");
    const second = await upload(target, 2, Buffer.from("tail"));
    const first = await upload(target, 1, head);
    const listed = await s3.send(new ListPartsCommand(target));
    expect(listed.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([1, 2]);
    const done = await s3.send(
      new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts: [first, second] } }),
    );
    expect(done.ETag).toMatch(/-2"$/);
    expect(done.ChecksumCRC32).toMatch(/-2$/);
    expect(await read("plain", "big", { Range: `bytes=${head.length - 1}-` })).toBe("atail");
  });

  test("a part below 5 MB that is not the last is refused", async () => {
    const target = await start("small");
    const Parts = [await upload(target, 1, Buffer.from("a")), await upload(target, 2, Buffer.from("b"))];
    await expect(
      s3.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts } })),
    ).rejects.toMatchObject({ name: "EntityTooSmall" });
  });

  test("an aborted upload is gone", async () => {
    const target = await start("dropped");
    await s3.send(new AbortMultipartUploadCommand(target));
    await expect(upload(target, 1, Buffer.from("a"))).rejects.toMatchObject({ name: "NoSuchUpload" });
  });
});

describe("SSE-KMS", () => {
  test("objects take the bucket's key, and say so", async () => {
    const stored = await put("sealed", "doc", "secret");
    expect(stored).toMatchObject({
      ServerSideEncryption: "aws:kms",
      SSEKMSKeyId: keyArn,
      BucketKeyEnabled: true,
    });
    expect(stored.ETag).not.toContain(createHash("md5").update("secret").digest("hex"));
    expect(await read("sealed", "doc")).toBe("secret");
  });

  test.each([
    ["kms:GenerateDataKey", () => put("sealed", "other", "x")],
    ["kms:Decrypt", () => read("sealed", "doc")],
  ])("without %s the call is denied", async (action, call) => {
    door.denied.add(action);
    try {
      await expect(call()).rejects.toMatchObject({
        name: "AccessDenied",
        message: expect.stringContaining(action),
      });
    } finally {
      door.denied.clear();
    }
  });
});

describe("buckets", () => {
  test("their reads answer as the CDK and the SDK expect", async () => {
    expect(await s3.send(new HeadBucketCommand({ Bucket: "plain" }))).toMatchObject({
      BucketRegion: "eu-west-1",
    });
    expect(await s3.send(new GetBucketLocationCommand({ Bucket: "plain" }))).toMatchObject({
      LocationConstraint: "eu-west-1",
    });
    expect(await s3.send(new GetBucketVersioningCommand({ Bucket: "versioned" }))).toMatchObject({
      Status: "Enabled",
    });
  });

  test("a bucket of another region, or of nobody, is not served", async () => {
    await expect(put("far", "x", "x")).rejects.toMatchObject({ name: "PermanentRedirect" });
    await expect(put("nobodys", "x", "x")).rejects.toMatchObject({ name: "NoSuchBucket" });
  });

  test("what is not modelled says so by name", async () => {
    await expect(s3.send(new GetBucketAclCommand({ Bucket: "plain" }))).rejects.toMatchObject({
      name: "NotImplemented",
      message: expect.stringContaining("acl"),
      $metadata: { httpStatusCode: 501 },
    });
    await expect(
      s3.send(new PutObjectCommand({ Bucket: "plain", Key: "t", Body: "x", Tagging: "a=b" })),
    ).rejects.toMatchObject({ message: expect.stringContaining("x-amz-tagging") });
  });

  test("a template with a property that is not modelled does not start", () => {
    const notifying = fakeDeployment([fakeBucket("noisy", { NotificationConfiguration: {} })]);
    expect(() => createS3(notifying, { kms: createKms(notifying) })).toThrow(
      /Bucketnoisy[^]*NotificationConfiguration/,
    );
  });
});

describe("presigned URLs", () => {
  const signedAt = (date: Date, expires: number) =>
    new URLSearchParams({
      "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
      "X-Amz-Credential": "AKIATESTER/20261123/eu-west-1/s3/aws4_request",
      "X-Amz-Date": date.toISOString().replaceAll(/[-:]|\.\d+/g, ""),
      "X-Amz-Expires": String(expires),
      "X-Amz-SignedHeaders": "host",
      "X-Amz-Signature": "0".repeat(64),
      "x-amz-meta-by": "url",
      "x-amz-checksum-crc32": "AAAAAA==",
      "x-amz-sdk-checksum-algorithm": "CRC32",
    }).toString();

  test("put and get work until the URL expires", async () => {
    const url = `${door.url}/plain/handed%20out?${signedAt(new Date(), 60)}`;
    expect((await fetch(url, { method: "PUT", body: "by url" })).status).toBe(200);
    const got = await fetch(url);
    expect(got.headers.get("x-amz-meta-by")).toBe("url");
    expect(await got.text()).toBe("by url");
    const late = await fetch(
      `${door.url}/plain/handed%20out?${signedAt(new Date(Date.now() - 120_000), 60)}`,
    );
    expect(late.status).toBe(403);
    expect(await late.text()).toContain("Request has expired");
  });
});
