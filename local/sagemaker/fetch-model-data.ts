import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { GetObjectCommand, paginateListObjectsV2, S3Client } from "@aws-sdk/client-s3";
import type { Credentials } from "../iam/access-keys.ts";

/** Brings the objects under an `s3://bucket/prefix` to a local folder, as the model's execution role. */
export type FetchModelData = (s3Uri: string, executionRoleArn: string, region: string) => Promise<string>;

export type FetchModelDataOptions = {
  /** The front door's address: IAM is enforced there, so the role needs s3:ListBucket, s3:GetObject and kms:Decrypt. */
  readonly frontDoorUrl: string;
  credentialsOf(roleArn: string): Credentials;
  /** Each prefix gets a folder of its own in here, emptied before it is filled. */
  readonly folder: string;
};

const downloadsAtOnce = 4;

export function createFetchModelData(options: FetchModelDataOptions): FetchModelData {
  return async (s3Uri, executionRoleArn, region) => {
    const { bucket, prefix } = parseS3Uri(s3Uri);
    const target = join(
      options.folder,
      createHash("sha256").update(`${region} ${s3Uri}`).digest("hex").slice(0, 16),
    );
    const client = new S3Client({
      region,
      endpoint: options.frontDoorUrl,
      forcePathStyle: true,
      credentials: options.credentialsOf(executionRoleArn),
    });
    try {
      await rm(target, { recursive: true, force: true });
      await mkdir(target, { recursive: true });
      const keys = await listKeys(client, bucket, prefix);
      if (keys.length === 0) throw new Error("there is no object under this prefix");
      await Promise.all(
        Array.from({ length: downloadsAtOnce }, async () => {
          for (let key = keys.pop(); key !== undefined; key = keys.pop()) {
            await download(client, bucket, key, fileFor(target, key.slice(prefix.length)));
          }
        }),
      );
      return target;
    } catch (error) {
      throw new Error(
        `Failed to download model data from ${s3Uri} as ${executionRoleArn}: ${error instanceof Error ? error.message : String(error)}`,
        { cause: error },
      );
    } finally {
      client.destroy();
    }
  };
}

function parseS3Uri(s3Uri: string): { bucket: string; prefix: string } {
  const [, bucket, prefix] = /^s3:\/\/([^/]+)\/(.*)$/.exec(s3Uri) ?? [];
  if (bucket === undefined || prefix === undefined) throw new Error(`${s3Uri} is not an s3://bucket/prefix`);
  return { bucket, prefix };
}

async function listKeys(client: S3Client, bucket: string, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2(
    { client },
    { Bucket: bucket, Prefix: prefix },
  )) {
    for (const { Key } of Contents) {
      // A key that ends in a slash is a console's idea of a folder.
      if (Key !== undefined && !Key.endsWith("/")) keys.push(Key);
    }
  }
  return keys;
}

async function download(client: S3Client, bucket: string, key: string, file: string): Promise<void> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  if (!(Body instanceof Readable)) throw new Error(`s3://${bucket}/${key} came without a body`);
  await mkdir(dirname(file), { recursive: true });
  await pipeline(Body, createWriteStream(file));
}

/** A key is anyone's text: one that leads out of the folder is refused. */
function fileFor(folder: string, key: string): string {
  const file = join(folder, key);
  if (relative(folder, file).startsWith("..")) throw new Error(`the key ${key} leads out of its folder`);
  return file;
}
