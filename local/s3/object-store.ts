import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { keyHistory, type DeleteMarker, type ObjectVersion, type StoredObject } from "./stored-object.ts";
import { writeJson } from "./write-json.ts";

export type Versioning = "Off" | "Enabled" | "Suspended";

/** The version id of objects that were written while versioning was off or suspended. */
export const nullVersion = "null";

/**
 * The objects of one bucket: contents in `contents/<uuid>`, and per key one JSON file of all its versions in
 * `keys/<sha-256 of the key>.json`. All of the latter are held in memory as well.
 */
export class ObjectStore {
  readonly #versioning: Versioning;
  readonly #contents: string;
  readonly #keys: string;
  readonly #histories = new Map<string, readonly ObjectVersion[]>();

  constructor(folder: string, versioning: Versioning) {
    this.#versioning = versioning;
    this.#contents = join(folder, "contents");
    this.#keys = join(folder, "keys");
    mkdirSync(this.#contents, { recursive: true });
    mkdirSync(this.#keys, { recursive: true });
    this.#load();
  }

  /** Keys that have a version or a delete marker, in S3's order: that of their UTF-8 bytes. */
  keys(): string[] {
    return [...this.#histories.keys()]
      .map((key) => Buffer.from(key))
      .sort((a, b) => Buffer.compare(a, b))
      .map((bytes) => bytes.toString());
  }

  /** Newest first; empty for a key that never was, or of which nothing is left. */
  versions(key: string): readonly ObjectVersion[] {
    return this.#histories.get(key) ?? [];
  }

  /** The named version, or the newest one. */
  find(key: string, versionId?: string): ObjectVersion | undefined {
    const versions = this.versions(key);
    return versionId === undefined
      ? versions[0]
      : versions.find((version) => version.versionId === versionId);
  }

  /** A place for the bytes of an object that is to be committed, or removed, by the caller. */
  newContent(): { readonly name: string; readonly path: string } {
    const name = randomUUID();
    return { name, path: join(this.#contents, name) };
  }

  /** Opens an object's bytes. Another writer may replace the object meanwhile: then undefined, look it up again. */
  async openContent(object: StoredObject): Promise<FileHandle | undefined> {
    try {
      return await open(join(this.#contents, object.content));
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw error;
    }
  }

  /** Makes an object the newest version of its key. */
  put(key: string, object: Omit<StoredObject, "kind" | "versionId">): StoredObject {
    const version: StoredObject = { ...object, kind: "object", versionId: this.#newVersionId() };
    this.#add(key, version);
    return version;
  }

  /** A delete without a version: a marker where versions are kept, otherwise the object is gone. */
  hide(key: string, nowMs: number): DeleteMarker | undefined {
    if (this.#versioning === "Off") {
      this.removeVersion(key, nullVersion);
      return undefined;
    }
    const marker: DeleteMarker = { kind: "deleteMarker", versionId: this.#newVersionId(), modifiedMs: nowMs };
    this.#add(key, marker);
    return marker;
  }

  /** A delete of one version, for good. */
  removeVersion(key: string, versionId: string): ObjectVersion | undefined {
    const removed = this.find(key, versionId);
    if (removed !== undefined) {
      this.#record(
        key,
        this.versions(key).filter((version) => version !== removed),
      );
      this.#discard(removed);
    }
    return removed;
  }

  #newVersionId(): string {
    return this.#versioning === "Enabled" ? randomUUID().replaceAll("-", "") : nullVersion;
  }

  /** A null version replaces the null version before it; any other comes on top. */
  #add(key: string, version: ObjectVersion): void {
    const replaced = version.versionId === nullVersion ? this.find(key, nullVersion) : undefined;
    this.#record(key, [version, ...this.versions(key).filter((other) => other !== replaced)]);
    if (replaced !== undefined) this.#discard(replaced);
  }

  #record(key: string, versions: readonly ObjectVersion[]): void {
    const file = join(this.#keys, `${createHash("sha256").update(key).digest("hex")}.json`);
    if (versions.length === 0) {
      rmSync(file, { force: true });
      this.#histories.delete(key);
      return;
    }
    writeJson(file, { key, versions });
    this.#histories.set(key, versions);
  }

  #discard(version: ObjectVersion): void {
    if (version.kind === "object") rmSync(join(this.#contents, version.content), { force: true });
  }

  /** Reads every key, and clears away what a crash left: half-written JSON, contents that no version names. */
  #load(): void {
    const named = new Set<string>();
    for (const file of readdirSync(this.#keys)) {
      const path = join(this.#keys, file);
      if (!file.endsWith(".json")) {
        rmSync(path);
        continue;
      }
      const { key, versions } = keyHistory.parse(JSON.parse(readFileSync(path, "utf8")));
      this.#histories.set(key, versions);
      for (const version of versions) if (version.kind === "object") named.add(version.content);
    }
    for (const content of readdirSync(this.#contents)) {
      if (!named.has(content)) rmSync(join(this.#contents, content));
    }
  }
}
