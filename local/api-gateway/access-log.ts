import { compileContextTemplate } from "./context-template.ts";
import type { ContextValues } from "./context-variables.ts";

/** Writes a request's line of the stage's access log, in the template's own format. */
export type AccessLog = (values: ContextValues) => string;

/** Refuses formats with variables that are not modelled, and destinations other than log groups (Firehose). */
export function compileAccessLog(destinationArn: string, format: string, where: string): AccessLog {
  if (!/^arn:[^:]+:logs:[^:]*:[^:]*:log-group:/.test(destinationArn)) {
    throw new Error(`${where}: ${destinationArn} is not a log group`);
  }
  const render = compileContextTemplate(format, where);
  // AWS writes a dash for a variable without a value.
  return (values) => render(values, "-");
}
