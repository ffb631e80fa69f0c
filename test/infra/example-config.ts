import type { FareboxConfig } from "../../infra/config.ts";

type ModelConfig = FareboxConfig["models"][number];

export const chatModel = {
  name: "tiny-chat",
  version: "1.0.0",
  task: "chat",
  description: "A demo.",
  artifact: "tiny-entertainment-chat",
  released: "2026-11-20",
  limits: { contextTokens: 512, outputTokens: 256, outputTokensDefault: 128, requestSeconds: 60 },
  price: { inputPerMillionTokens: "0.10", outputPerMillionTokens: "0.40" },
} as const satisfies ModelConfig;

/** A model on GPUs in AWS's own vLLM container, as farebox.config.ts shows it. */
export const gpuModel = {
  name: "qwen3-8b",
  version: "1.0.0",
  task: "chat",
  description: "On GPUs.",
  container: {
    image: "djl-inference:0.36.0-lmi28.0.0-cu130",
    environment: { HF_MODEL_ID: "Qwen/Qwen3-8B" },
  },
  instanceType: "ml.g6.2xlarge",
  price: { inputPerMillionTokens: "0.15", outputPerMillionTokens: "0.60" },
} as const satisfies ModelConfig;

/** A model on any server that speaks OpenAI's API. */
export const servedModel = {
  name: "llama3.2",
  version: "1.0.0",
  task: "chat",
  description: "Elsewhere.",
  url: "http://localhost:11434/v1",
  price: { inputPerMillionTokens: "0.05", outputPerMillionTokens: "0.05" },
} as const satisfies ModelConfig;

/** A checkpoint that our CPU server downloads. */
export const downloadedModel = {
  name: "smollm2",
  version: "1.0.0",
  task: "chat",
  description: "Downloaded.",
  huggingFace: "HuggingFaceTB/SmolLM2-135M-Instruct",
  price: { inputPerMillionTokens: "0.05", outputPerMillionTokens: "0.10" },
} as const satisfies ModelConfig;

export const exampleConfig = (overrides: Partial<FareboxConfig> = {}): FareboxConfig => ({
  stage: "test",
  regions: ["us-east-1"],
  models: [chatModel],
  ...overrides,
});
