/** What a model does; it decides which routes serve it. */
export const tasks = ["chat", "embeddings", "image-classification"] as const;

export type Task = (typeof tasks)[number];
