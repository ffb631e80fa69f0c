import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { loadConfig } from "../../infra/load-config.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "farebox-config-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const configFile = (source: string): string => {
  const file = path.join(folder, "config.ts");
  writeFileSync(file, source);
  return file;
};

test("the root's configuration is what is deployed, with the demo models", async () => {
  const { stage, models } = await loadConfig();
  expect({ stage, models: models.map(({ name, task }) => `${name}: ${task}`) }).toEqual({
    stage: "dev",
    models: [
      "tiny-chat: chat",
      "tiny-embed: embeddings",
      "tiny-digits: image-classification",
      "tiny-recommender: recommendation",
    ],
  });
});

test("FAREBOX_CONFIG names another configuration", async () => {
  const define = path.resolve("infra/config.ts");
  const model = `{ name: "a", version: "1.0.0", task: "chat", description: "d", url: "http://127.0.0.1:1/v1", price: { inputPerMillionTokens: "1", outputPerMillionTokens: "1" } }`;
  const source = `import { defineFarebox } from ${JSON.stringify(define)};
export default defineFarebox({ stage: "other", regions: ["eu-west-1"], models: [${model}] });`;
  vi.stubEnv("FAREBOX_CONFIG", configFile(source));
  await expect(loadConfig()).resolves.toMatchObject({ stage: "other", homeRegion: "eu-west-1" });
});

test("a file whose default export is not a checked configuration is refused", async () => {
  const file = configFile(`export default { stage: "dev" };`);
  vi.stubEnv("FAREBOX_CONFIG", file);
  await expect(loadConfig()).rejects.toThrow(`${file} must say: export default defineFarebox({ ... })`);
});
