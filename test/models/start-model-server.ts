import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

const models = path.resolve(import.meta.dirname, "../../models");

type LogLine = Readonly<Record<string, unknown>>;

export type ModelServer = {
  readonly url: string;
  /** Everything that the process has written so far. */
  output(): string;
  /** The next log line for which `matches` holds, from lines already written as well. */
  logLine(matches: (line: LogLine) => boolean): Promise<LogLine>;
  stop(): Promise<number | null>;
};

/** Starts the real server on a demo checkpoint and waits for its model. It ends with this process, even a killed one. */
export const startModelServer = async (
  demo: string,
  environment: Readonly<Record<string, string>>,
): Promise<ModelServer> => {
  const child = spawn(process.execPath, [path.join(models, "server", "server.ts"), "serve"], {
    env: {
      ...process.env,
      HOST: "127.0.0.1",
      PORT: "0",
      FAREBOX_EXIT_ON_STDIN_END: "1",
      FAREBOX_MODEL_DIR: path.join(models, "demo", demo),
      ...environment,
    },
    stdio: "pipe",
  });
  const lines: string[] = [];
  const closed = new Promise<number | null>((resolve) => child.on("close", resolve));
  createInterface({ input: child.stderr }).on("line", (line) => lines.push(line));
  const port = await new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      lines.push(line);
      resolve(JSON.parse(line).listening);
    });
    void closed.then((code) => reject(new Error(`The server ended with ${code}:\n${lines.join("\n")}`)));
  });
  const url = `http://127.0.0.1:${port}`;
  while ((await fetch(`${url}/ping`)).status !== 200) await sleep(25);
  return {
    url,
    output: () => lines.join("\n"),
    logLine: async (matches) => {
      for (;;) {
        const found = lines
          .filter((line) => line.startsWith("{"))
          .map((line): LogLine => JSON.parse(line))
          .find(matches);
        if (found !== undefined) return found;
        await sleep(10);
      }
    },
    stop: () => {
      child.kill("SIGTERM");
      return closed;
    },
  };
};
