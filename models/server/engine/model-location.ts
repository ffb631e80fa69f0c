import { existsSync } from "node:fs";
import path from "node:path";
import { env, LogLevel, type PretrainedModelOptions } from "@huggingface/transformers";
import type { EngineConfiguration } from "./protocol.ts";

export type ModelLocation = {
  /** What transformers.js is asked for: an absolute folder, or a Hugging Face id. */
  readonly name: string;
  readonly options: PretrainedModelOptions;
};

/**
 * Points transformers.js at the model. A folder is never looked up on the network.
 * @throws when the folder holds no checkpoint.
 */
export const locateModel = ({ source, precision, threads }: EngineConfiguration): ModelLocation => {
  if (source.kind === "folder" && !existsSync(path.join(source.folder, "config.json"))) {
    throw new Error(`There is no checkpoint in ${source.folder}: config.json is missing.`);
  }
  // On a failed run the library logs the tensors that it was given: that is the prompt.
  env.logLevel = LogLevel.NONE;
  env.allowRemoteModels = source.kind === "hub";
  env.allowLocalModels = source.kind === "folder";
  env.localModelPath = "";
  env.cacheDir = source.kind === "hub" ? source.cacheFolder : null;
  env.useFSCache = source.kind === "hub";
  return {
    name: source.kind === "hub" ? source.id : source.folder,
    options: {
      dtype: precision,
      device: "cpu",
      local_files_only: source.kind === "folder",
      session_options: { intraOpNumThreads: threads, interOpNumThreads: 1 },
    },
  };
};
