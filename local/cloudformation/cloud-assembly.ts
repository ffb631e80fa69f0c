import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { isObject, objectAt, parseObject, textAt, type JsonObject } from "../json-value.ts";

/** A stack as the CDK wrote it to `cdk.out`: nothing resolved yet. */
export type SynthesizedStack = {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly template: JsonObject;
  /** Folder or file of each file asset, by object key. */
  readonly files: ReadonlyMap<string, string>;
  /** Build folder of each container image asset, by image tag. */
  readonly images: ReadonlyMap<string, string>;
};

const readJson = (file: string): JsonObject => parseObject(readFileSync(file, "utf8"), file);

const entriesOf = (value: unknown): [string, JsonObject][] =>
  isObject(value) ? Object.entries(value).map(([key, entry]) => [key, objectAt(entry, key)]) : [];

const readAssets = (folder: string, artifactId: string): Pick<SynthesizedStack, "files" | "images"> => {
  const file = path.join(folder, `${artifactId}.assets.json`);
  const manifest = existsSync(file) ? readJson(file) : {};
  const index = (assets: unknown, key: string, source: string) =>
    entriesOf(assets).flatMap(([, asset]): [string, string][] => {
      const location = path.resolve(
        folder,
        textAt(objectAt(asset["source"], file)[source], `${file}: source`),
      );
      return entriesOf(asset["destinations"]).map(([, destination]) => [
        textAt(destination[key], file),
        location,
      ]);
    });
  return {
    files: new Map(index(manifest["files"], "objectKey", "path")),
    images: new Map(index(manifest["dockerImages"], "imageTag", "directory")),
  };
};

const readStack = (folder: string, artifactId: string, artifact: JsonObject): SynthesizedStack => {
  const environment = textAt(artifact["environment"], `${artifactId}: environment`);
  const [, account, region] = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(environment) ?? [];
  if (account === undefined || region === undefined || environment.includes("unknown-"))
    throw new Error(
      `stack ${artifactId} has no explicit environment (${environment}); give it an account and a region`,
    );
  const properties = objectAt(artifact["properties"], artifactId);
  return {
    name: textAt(properties["stackName"] ?? artifactId, artifactId),
    account,
    region,
    template: readJson(path.join(folder, textAt(properties["templateFile"], artifactId))),
    ...readAssets(folder, artifactId),
  };
};

/** Reads the stacks of a `cdk.out` folder, those of its stages included. */
export const readCloudAssembly = (folder: string): readonly SynthesizedStack[] =>
  entriesOf(readJson(path.join(folder, "manifest.json"))["artifacts"]).flatMap(([id, artifact]) => {
    if (artifact["type"] === "aws:cloudformation:stack") return [readStack(folder, id, artifact)];
    if (artifact["type"] === "cdk:cloud-assembly") {
      const properties = objectAt(artifact["properties"], id);
      return readCloudAssembly(path.join(folder, textAt(properties["directoryName"], id)));
    }
    return [];
  });
