import { expect, test } from "vitest";
import { consoleLog } from "../../local/console-log.ts";
import type { LogEvent } from "../../local/log-event.ts";

const events: readonly LogEvent[] = [
  {
    kind: "api-request",
    region: "us-east-1",
    method: "POST",
    path: "/live/v1/x",
    status: 200,
    durationMs: 12.4,
  },
  {
    kind: "invocation",
    functionName: "infer",
    region: "us-east-1",
    requestId: "1",
    durationMs: 9,
    outcome: "ok",
  },
  {
    kind: "invocation",
    functionName: "infer",
    region: "us-east-1",
    requestId: "2",
    durationMs: 3000,
    outcome: "failed",
    reason: "Sandbox.Timedout",
  },
  { kind: "function-line", functionName: "infer", region: "us-east-1", line: "2026 INFO all is well" },
  { kind: "function-line", functionName: "infer", region: "us-east-1", line: "2026 ERROR it broke" },
  { kind: "denial", message: "User: x is not authorized" },
];

const linesOf = (verbose: boolean): readonly string[] => {
  const lines: string[] = [];
  const log = consoleLog({
    verbose,
    write: (line) => lines.push(line),
    now: () => new Date("2026-11-23T10:00:00Z"),
  });
  for (const event of events) log(event);
  return lines;
};

test("people see requests, errors and denials, one line each", () => {
  expect(linesOf(false)).toEqual([
    "10:00:00.000  POST    /live/v1/x  200  12 ms  us-east-1",
    "10:00:00.000  invoke  infer  Sandbox.Timedout  3000 ms",
    "10:00:00.000  log     infer  2026 ERROR it broke",
    "10:00:00.000  denied  User: x is not authorized",
  ]);
});

test("verbose shows everything", () => {
  expect(linesOf(true)).toHaveLength(events.length);
});
