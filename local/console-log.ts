import type { LogEvent, LogSink } from "./log-event.ts";

type Options = {
  /** Everything, instead of requests, errors and notices. */
  readonly verbose: boolean;
  readonly write?: (line: string) => void;
  readonly now?: () => Date;
};

/** What Lambda's own runtime and our structured logs use for trouble. */
const soundsWrong = /\b(ERROR|FATAL|WARN|Task timed out|"level":"(?:ERROR|CRITICAL|WARN)")/;

const render = (event: LogEvent, verbose: boolean): string | undefined => {
  switch (event.kind) {
    case "api-request":
      return `${event.method.padEnd(7)} ${event.path}  ${event.status}  ${Math.round(event.durationMs)} ms  ${event.region}`;
    case "invocation":
      if (event.outcome === "ok" && !verbose) return undefined;
      return `invoke  ${event.functionName}  ${event.reason ?? "ok"}  ${Math.round(event.durationMs)} ms`;
    case "function-line":
      return verbose || soundsWrong.test(event.line)
        ? `log     ${event.functionName}  ${event.line}`
        : undefined;
    case "access-log":
      return verbose ? `access  ${event.line}` : undefined;
    case "denial":
      return `denied  ${event.message}`;
    case "notice":
      return `note    ${event.message}`;
  }
};

/** A log for people: one line per request, and what went wrong. Bodies never get this far. */
export const consoleLog = ({
  verbose,
  write = (line) => process.stdout.write(`${line}\n`),
  now = () => new Date(),
}: Options): LogSink => {
  return (event) => {
    const line = render(event, verbose);
    if (line !== undefined) write(`${now().toISOString().slice(11, 23)}  ${line}`);
  };
};
