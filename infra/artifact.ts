import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const shippedFolder = path.join(import.meta.dirname, "..", "models", "demo");

/** A checkpoint is a folder in Hugging Face layout: it is known by its config.json. */
const isCheckpoint = (name: string): boolean => existsSync(path.join(shippedFolder, name, "config.json"));

/** The names that `artifact` can have in farebox.config.ts. */
export const shippedArtifacts = (): readonly string[] =>
  readdirSync(shippedFolder).filter(isCheckpoint).toSorted();

/** A file of an artifact: its path within it, with forward slashes on every system, and where it lies here. */
export type ArtifactFile = { readonly path: string; readonly file: string };

/** The files that make up an artifact, sorted by path. Its model card describes it and is not part of it. */
export const artifactFiles = (artifact: string): readonly ArtifactFile[] => {
  const folder = path.join(shippedFolder, artifact);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "README.md")
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => ({ file, path: path.relative(folder, file).split(path.sep).join("/") }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
};

const sha256 = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex");

/**
 * `sha256:<hex>` over the sorted list of an artifact's files: one `<hex>  <path>` line per file, as `sha256sum` prints
 * it, so that the digest can be proved by hand.
 */
export const artifactDigest = (artifact: string): string =>
  `sha256:${sha256(
    artifactFiles(artifact)
      .map((entry) => `${sha256(readFileSync(entry.file))}  ${entry.path}\n`)
      .join(""),
  )}`;

/** Where a version's files lie in a region's artifacts bucket; ends in a slash, because S3 prefixes are only text. */
export const artifactPrefix = (model: { readonly name: string; readonly version: string }): string =>
  `models/${model.name}/${model.version}/`;

/** A fixed name, unique in the world by its account: roles name their folder in it, and other regions will copy to it. */
export const artifactsBucketName = (
  stage: string,
  { account, region }: { readonly account: string; readonly region: string },
): string => `farebox-${stage}-artifacts-${account}-${region}`;
