import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const isEndToEnd = ({ moduleId }: TestSpecification): boolean => moduleId.includes("/test/e2e/");

/** End-to-end files begin: they are the longest, and workers that run them keep a platform for all of theirs. */
class EndToEndFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const endToEnd = sorted
      .filter(isEndToEnd)
      .sort((one, other) => one.moduleId.localeCompare(other.moduleId));
    return [...endToEnd, ...sorted.filter((file) => !isEndToEnd(file))];
  }
}

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // For the end-to-end files: the stacks, synthesized unless nothing has changed since the last run, and their models.
    globalSetup: "test/e2e/global-set-up.ts",
    sequence: { sequencer: EndToEndFirst },
    pool: "forks",
    maxWorkers: 3,
    // Modules are loaded once per worker, not once per file.
    isolate: false,
    // As they run everywhere else: by Node itself, which strips the types. Vite's runner costs a tenth of the suite's time.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
