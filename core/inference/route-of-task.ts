import type { Model } from "../catalogue/model.ts";
import type { Task } from "../catalogue/task.ts";

const predict = (name: string): string => `POST /v1/models/${name}/predict`;

/** The route that serves models of a task, as a client writes it. */
const routes = {
  chat: () => "POST /v1/chat/completions",
  completion: () => "POST /v1/completions",
  embeddings: () => "POST /v1/embeddings",
  transcription: () => "POST /v1/audio/transcriptions",
  "image-generation": () => "POST /v1/images/generations",
  "image-classification": () => "POST /v1/images/classifications",
  moderation: () => "POST /v1/moderations",
  recommendation: predict,
  prediction: predict,
} as const satisfies Record<Task, (modelName: string) => string>;

/** The route to call a model with. */
export const routeOf = ({ task, name }: Pick<Model, "task" | "name">): string => routes[task](name);
