import type { Model } from "../catalogue/model.ts";
import type { Task } from "../catalogue/task.ts";

const predict = (name: string): string => `POST /v1/models/${name}/predict`;

/** The route that serves models of a task, as a client writes it. */
const routes = {
  chat: () => "POST /v1/chat/completions",
  embeddings: () => "POST /v1/embeddings",
  "image-classification": predict,
  prediction: predict,
} as const satisfies Record<Task, (modelName: string) => string>;

/** The route to call a model with. */
export const routeOf = ({ task, name }: Pick<Model, "task" | "name">): string => routes[task](name);
