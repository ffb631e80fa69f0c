import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const isEndToEnd = ({ moduleId }: TestSpecification): boolean => moduleId.includes("/test/e2e/");

/** End-to-end files begin: they are the longest, and workers that run them keep a platform for all of theirs. */
class EndToEndFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [...sorted.filter(isEndToEnd), ...sorted.filter((file) => !isEndToEnd(file))];
  }
}

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Synthesizes the stacks that the end-to-end files run, unless nothing has changed since the last run.
    globalSetup: "test/e2e/synthesize-once.ts",
    sequence: { sequencer: EndToEndFirst },
    pool: "forks",
    maxWorkers: 3,
    // Modules are loaded once per worker, not once per file.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
