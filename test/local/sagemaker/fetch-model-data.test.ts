import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createKms } from "../../../local/kms/kms.ts";
import { createS3 } from "../../../local/s3/s3.ts";
import { createFetchModelData } from "../../../local/sagemaker/fetch-model-data.ts";
import { fakeBucket, fakeDeployment } from "../s3/fake-deployment.ts";
import { clientConfig, fakeFrontDoor } from "../s3/fake-front-door.ts";
import { roleArn } from "./model-deployment.ts";

const deployment = fakeDeployment([fakeBucket("models")]);
const folder = mkdtempSync(join(tmpdir(), "farebox-test-"));
let door: Awaited<ReturnType<typeof fakeFrontDoor>>;

beforeAll(async () => {
  door = await fakeFrontDoor(createS3(deployment, { kms: createKms(deployment) }));
  const s3 = new S3Client(clientConfig(door.url));
  for (const Key of ["demo/config.json", "demo/weights/part-1.bin", "demoted/other", "evil/../../out"]) {
    await s3.send(new PutObjectCommand({ Bucket: "models", Key, Body: `content of ${Key}` }));
  }
  s3.destroy();
});
afterAll(async () => {
  await door.stop();
  rmSync(folder, { recursive: true, force: true });
});

const fetchData = (s3Uri: string) =>
  createFetchModelData({
    frontDoorUrl: door.url,
    folder,
    credentialsOf: () => ({ accessKeyId: "ROLE", secretAccessKey: "local", sessionToken: "local" }),
  })(s3Uri, roleArn, "eu-west-1");

test("the objects under a prefix become files of a folder, and no others", async () => {
  const target = await fetchData("s3://models/demo/");
  expect(readFileSync(join(target, "config.json"), "utf8")).toBe("content of demo/config.json");
  expect(readFileSync(join(target, "weights", "part-1.bin"), "utf8")).toBe(
    "content of demo/weights/part-1.bin",
  );
  expect(door.asked).toContain("s3:GetObject arn:aws:s3:::models/demo/config.json");
  expect(door.asked).not.toContain("s3:GetObject arn:aws:s3:::models/demoted/other");
});

test("a role that may not read the bucket fails, and the error says which and why", async () => {
  door.denied.add("s3:GetObject");
  await expect(fetchData("s3://models/demo/")).rejects.toThrow(
    /s3:\/\/models\/demo\/ as .*role\/model: .*s3:GetObject/,
  );
  door.denied.clear();
});

test("a prefix with nothing under it fails", async () => {
  await expect(fetchData("s3://models/none/")).rejects.toThrow(/no object under this prefix/);
});

test("a key that leads out of the folder is refused", async () => {
  await expect(fetchData("s3://models/evil/")).rejects.toThrow(/leads out of its folder/);
});
