/** Facts about the server, one JSON object per line on stderr. Counts, names and times only: never a prompt, an answer or an error's message, which may quote either. */
export type LogEntry = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>> & {
  readonly event: string;
};

export const log = (entry: LogEntry): void => {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`);
};
