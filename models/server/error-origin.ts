/** The class of an error and where it was thrown. Its message stays out: libraries quote their input in messages. */
export const errorOrigin = (error: unknown): { readonly error: string; readonly at: readonly string[] } => {
  if (!(error instanceof Error)) return { error: typeof error, at: [] };
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line));
  return { error: error.name, at: frames.slice(0, 6).map((line) => line.trim()) };
};
