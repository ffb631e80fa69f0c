/** Fields of a log line: names, ids, counts and codes. Never a prompt, a completion or a key. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** One JSON object per line, which CloudWatch Logs indexes by field. */
const write = (level: "INFO" | "ERROR", event: string, fields: LogFields): void => {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), level, event, ...fields })}\n`);
};

export const logInfo = (event: string, fields: LogFields): void => write("INFO", event, fields);

export const logError = (event: string, fields: LogFields): void => write("ERROR", event, fields);

/**
 * What may be logged of a thrown error: its class and where it was thrown. Messages are left out, because a parser's or a
 * model server's message may quote the request.
 */
export const describeError = (error: unknown): LogFields => {
  if (!(error instanceof Error)) return { error: typeof error };
  const stack = error.stack ?? "";
  // The stack begins with the message, and a line of the message may look like a frame.
  const afterMessage = stack.indexOf(error.message) + error.message.length;
  const frames = stack
    .slice(stack.includes(error.message) ? afterMessage : stack.length)
    .split("\n")
    .filter((line) => /^\s+at /.test(line));
  return {
    error: error.name,
    at: frames
      .slice(0, 5)
      .map((line) => line.trim())
      .join(" < "),
  };
};
