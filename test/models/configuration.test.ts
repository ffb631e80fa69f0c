import { expect, test } from "vitest";
import { readConfiguration } from "../../models/server/configuration.ts";

test("with nothing set it is SageMaker's container contract", () => {
  expect(readConfiguration({})).toMatchObject({
    host: "0.0.0.0",
    port: 8080,
    modelName: "model",
    engine: { task: "chat", source: { kind: "folder", folder: "/opt/ml/model" } },
  });
});

test("a Hugging Face id replaces the folder and names the model", () => {
  const id = "HuggingFaceTB/SmolLM2-135M-Instruct";
  expect(readConfiguration({ HF_MODEL_ID: id, HF_HOME: "/cache" })).toMatchObject({
    modelName: id,
    engine: { source: { kind: "hub", id, cacheFolder: "/cache" } },
  });
});

test.each([
  ["PORT", "http"],
  ["PORT", "70000"],
  ["FAREBOX_ACTIVE_MAX", "0"],
  ["FAREBOX_MODEL_TASK", "poetry"],
  ["FAREBOX_MODEL_DTYPE", "int7"],
  ["HF_MODEL_ID", "../../etc/passwd"],
])("%s=%s is refused by name", (name, value) => {
  expect(() => readConfiguration({ [name]: value })).toThrow(name);
});
