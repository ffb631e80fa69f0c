import { answerChat } from "./chat/answer-chat.ts";
import type { ServerConfiguration } from "./configuration.ts";
import { answerEmbeddings } from "./embeddings/answer-embeddings.ts";
import { startEngine, type EngineOptions } from "./engine/engine.ts";
import type { Answer } from "./http/answer.ts";
import { answerImage } from "./images/answer-image.ts";
import { answerRecommendation } from "./recommendations/answer-recommendation.ts";

export type StartedTask = { readonly answer: Answer; readonly isReady: () => boolean };

/** Starts the engine for the configured task, and pairs it with that task's way to read and answer requests. */
export const startTask = (
  { engine: configuration, modelName }: ServerConfiguration,
  options: EngineOptions,
): StartedTask => {
  switch (configuration.task) {
    case "chat": {
      const engine = startEngine({ ...configuration, task: "chat" }, options);
      return { answer: answerChat(engine, modelName), isReady: engine.isReady };
    }
    case "embeddings": {
      const engine = startEngine({ ...configuration, task: "embeddings" }, options);
      return { answer: answerEmbeddings(engine, modelName), isReady: engine.isReady };
    }
    case "image-classification": {
      const engine = startEngine({ ...configuration, task: "image-classification" }, options);
      return { answer: answerImage(engine, modelName), isReady: engine.isReady };
    }
    case "recommendation": {
      const engine = startEngine({ ...configuration, task: "recommendation" }, options);
      return { answer: answerRecommendation(engine, modelName), isReady: engine.isReady };
    }
  }
};
