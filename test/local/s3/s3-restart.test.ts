import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { createKms } from "../../../local/kms/kms.ts";
import { createS3 } from "../../../local/s3/s3.ts";
import { fakeBucket, fakeDeployment } from "./fake-deployment.ts";
import { clientConfig, fakeFrontDoor } from "./fake-front-door.ts";

const deployment = fakeDeployment([
  fakeBucket("versioned", { VersioningConfiguration: { Status: "Enabled" } }),
]);

test("objects, versions and uploads in progress survive a restart", async () => {
  const stateDir = mkdtempSync(join(tmpdir(), "farebox-test-"));
  try {
    const run = async (work: (client: S3Client) => Promise<void>) => {
      const restarted = await fakeFrontDoor(
        createS3(deployment, { stateDir, kms: createKms(deployment, { stateDir }) }),
      );
      const client = new S3Client(clientConfig(restarted.url));
      try {
        await work(client);
      } finally {
        client.destroy();
        await restarted.stop();
      }
    };
    const target = { Bucket: "versioned", Key: "kept", UploadId: "" };
    await run(async (client) => {
      await client.send(new PutObjectCommand({ Bucket: "versioned", Key: "kept", Body: "one" }));
      const { UploadId = "" } = await client.send(new CreateMultipartUploadCommand(target));
      target.UploadId = UploadId;
      await client.send(new UploadPartCommand({ ...target, PartNumber: 1, Body: "two" }));
    });
    await run(async (client) => {
      const { Parts } = await client.send(new ListPartsCommand(target));
      await client.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts } }));
      const { Body } = await client.send(new GetObjectCommand({ Bucket: "versioned", Key: "kept" }));
      expect(await Body?.transformToString()).toBe("two");
      const { Versions } = await client.send(new ListObjectVersionsCommand({ Bucket: "versioned" }));
      expect(Versions?.map(({ Size }) => Size)).toEqual([3, 3]);
    });
  } finally {
    rmSync(stateDir, { recursive: true, force: true });
  }
});
