import { loadChatModel } from "../chat/load-chat-model.ts";
import { runChat } from "../chat/run-chat.ts";
import { loadEmbedder } from "../embeddings/load-embedder.ts";
import { loadClassifier } from "../images/load-classifier.ts";
import { loadRecommender } from "../recommendations/load-recommender.ts";
import { locateModel } from "./model-location.ts";
import type { EngineConfiguration, JobRunner, Task } from "./protocol.ts";

const load = {
  chat: async (configuration) => runChat(await loadChatModel(locateModel(configuration))),
  embeddings: (configuration) => loadEmbedder(locateModel(configuration), configuration.pooling),
  "image-classification": (configuration) => loadClassifier(locateModel(configuration)),
  recommendation: (configuration) => loadRecommender(locateModel(configuration), configuration.pooling),
} as const satisfies { readonly [T in Task]: (configuration: EngineConfiguration) => Promise<JobRunner<T>> };

/** Loads the configured model. Its runner takes jobs of the configured task only: the HTTP side parses no others. */
export const loadRunner = async (configuration: EngineConfiguration): Promise<JobRunner<Task>> =>
  (await load[configuration.task](configuration)) as JobRunner<Task>;
