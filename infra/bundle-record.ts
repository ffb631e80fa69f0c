import { createHash } from "node:crypto";
import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod";

const schema = z.object({
  /** Every file that decides the outcome, below the root; what else does is in `key`. */
  inputs: z.array(z.string()),
  outputs: z.array(z.string()),
  digest: z.string(),
});
type BundleRecord = z.infer<typeof schema>;

/** What was made of what: beside the bundles, for whoever would make them again. */
export type BundleRecords = {
  /** Whether all files are what they were when they were last recorded under this key. */
  isCurrent(key: string): boolean;
  /** `startedAtMs`: when the inputs were begun to be read. Nothing is recorded if one has changed since. */
  write(key: string, files: Omit<BundleRecord, "digest"> & { readonly startedAtMs: number }): void;
};

export const bundleRecords = (root: string, file: string): BundleRecords => {
  const digestOf = (key: string, { inputs, outputs }: Omit<BundleRecord, "digest">): string => {
    const hash = createHash("sha256").update(key);
    for (const name of [...inputs, ...outputs]) {
      const content = readFileSync(path.join(root, name));
      hash.update(`\0${name}\0${content.length}\0`).update(content);
    }
    return hash.digest("hex");
  };
  return {
    isCurrent(key) {
      try {
        const last = schema.parse(JSON.parse(readFileSync(file, "utf8")));
        return last.digest === digestOf(key, last);
      } catch {
        // Nothing was bundled here yet, or a file is gone.
        return false;
      }
    },
    write(key, { startedAtMs, ...files }) {
      if (files.inputs.some((name) => statSync(path.join(root, name)).mtimeMs >= startedAtMs)) return;
      const draft = `${file}.${process.pid}`;
      writeFileSync(draft, JSON.stringify({ ...files, digest: digestOf(key, files) }));
      renameSync(draft, file);
    },
  };
};
