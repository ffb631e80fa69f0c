import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { HeadObjectCommand, NotFound, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { artifactFiles, artifactPrefix } from "../../infra/artifact.ts";
import type { Farebox } from "../../infra/config.ts";

type Upload = { readonly key: string; readonly file: string };

/**
 * Uploads the checkpoints that the configuration names to a region's artifacts bucket, where its endpoints load them from.
 * Files that are there already are left alone: a version is immutable, so a file that differs is an error.
 *
 * @returns how many files were sent
 */
export const uploadArtifacts = async (s3: S3Client, bucket: string, farebox: Farebox): Promise<number> => {
  const sent = await Promise.all(uploadsOf(farebox).map((upload) => send(s3, bucket, upload)));
  return sent.filter(Boolean).length;
};

const uploadsOf = (farebox: Farebox): readonly Upload[] =>
  farebox.models.flatMap((model) => {
    const { source } = model;
    const artifact = source.kind === "artifact" || source.kind === "container" ? source.artifact : undefined;
    if (artifact === undefined) return [];
    return artifactFiles(artifact).map(({ file, path }) => ({ file, key: artifactPrefix(model) + path }));
  });

const send = async (s3: S3Client, bucket: string, { key, file }: Upload): Promise<boolean> => {
  const body = readFileSync(file);
  const checksum = createHash("sha256").update(body).digest("base64");
  const stored = await s3
    .send(new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: "ENABLED" }))
    .catch((error: unknown) => {
      if (error instanceof NotFound) return undefined;
      throw error;
    });
  if (stored?.ChecksumSHA256 === checksum) return false;
  if (stored)
    throw new Error(`s3://${bucket}/${key} holds other bytes: publish changed weights as a new version.`);
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ChecksumSHA256: checksum }));
  return true;
};
