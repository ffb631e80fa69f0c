import { createHash } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod";

const schema = z.object({
  /** Every file that was read, below the root; what else decides the outcome is in `key`. */
  inputs: z.array(z.string()),
  outputs: z.array(z.string()),
  digest: z.string(),
});
type BundleRecord = z.infer<typeof schema>;

/** What was made of what: beside the bundles, for whoever would make them again. */
export type BundleRecords = {
  /** Whether all files are what they were when they were last recorded under this key. */
  isCurrent(key: string): boolean;
  write(key: string, files: Omit<BundleRecord, "digest">): void;
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
    write(key, files) {
      const draft = `${file}.${process.pid}`;
      writeFileSync(draft, JSON.stringify({ ...files, digest: digestOf(key, files) }));
      renameSync(draft, file);
    },
  };
};
