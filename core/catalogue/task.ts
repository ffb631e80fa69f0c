/** What a model does; it decides which routes serve it. `prediction` is anything that has no name of its own here. */
export const tasks = [
  "chat",
  "completion",
  "embeddings",
  "transcription",
  "image-generation",
  "image-classification",
  "moderation",
  "recommendation",
  "prediction",
] as const;

export type Task = (typeof tasks)[number];
