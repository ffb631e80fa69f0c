import { once } from "node:events";
import { openSync, readFileSync } from "node:fs";
import path from "node:path";
import { endProcess, spawnGuarded } from "../../local/guarded-process.ts";
import { type Core, pin } from "./affinity.ts";

export type ChildOptions = {
  /** Names its log file. */
  readonly name: string;
  /** Node's own options, then the file, then its arguments. */
  readonly command: readonly string[];
  /** Its environment, besides PATH and an empty home: no setting of this machine reaches what is measured. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly core: Core;
  /** Where its output goes; also its home. */
  readonly logFolder: string;
};

/** A Node process of the benchmark; it cannot outlive this one. */
export type Child = {
  readonly name: string;
  hasEnded(): boolean;
  /** Sends a message and waits for the next one: a child answers one question at a time. */
  ask(message: object): Promise<unknown>;
  stop(): Promise<void>;
  /** What went wrong, with the end of its log. */
  failure(what: string): Error;
};

export const startChild = ({ name, command, environment, core, logFolder }: ChildOptions): Child => {
  const logFile = path.join(logFolder, `${name}.log`);
  const log = openSync(logFile, "a");
  const child = spawnGuarded(process.execPath, command, {
    env: { PATH: process.env["PATH"], HOME: logFolder, NODE_ENV: "production", ...environment },
    stdio: ["ignore", log, log, "ipc"],
  });
  pin(child.pid, core);

  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const failure = (what: string): Error =>
    new Error(`${name} ${what}. The end of its log:\n${readFileSync(logFile, "utf8").slice(-2000)}`);

  return {
    name,
    hasEnded,
    failure,
    async ask(message) {
      const settled = new AbortController();
      const { signal } = settled;
      try {
        const gone = once(child, "exit", { signal }).then(() =>
          Promise.reject(failure("ended while it was asked")),
        );
        const reply: Promise<unknown[]> = once(child, "message", { signal });
        child.send(message);
        const [answer] = await Promise.race([reply, gone]);
        return answer;
      } finally {
        settled.abort();
      }
    },
    stop: () => endProcess(child),
  };
};
