import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { repositoryRoot } from "./test-platform.ts";

/** `npm start`, as a new user meets it. */

const state = mkdtempSync(path.join(tmpdir(), "farebox-start-"));
const started = new Set<number>();
afterAll(() => {
  // A test that failed halfway has left its platform running.
  for (const pid of started) if (isAlive(String(pid))) process.kill(-pid, "SIGKILL");
  rmSync(state, { recursive: true, force: true });
});

/** Of the first start: its key, and the request that it served last. */
let before = { apiKey: "", id: "" };

type Running = {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
};

const start = async (...flags: readonly string[]): Promise<Running> => {
  const child = spawn("npm", ["start", "--silent", "--", "--port", "0", "--state", state, ...flags], {
    cwd: repositoryRoot,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  if (child.pid !== undefined) started.add(child.pid);
  let output = "";
  child.stdout.on("data", (chunk) => (output += String(chunk)));
  child.stderr.on("data", (chunk) => (output += String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  let isOver = false;
  void ended.then(() => (isOver = true));
  while (!output.includes("ctrl-C stops it")) {
    if (isOver) throw new Error(`npm start ended:\n${output}`);
    await pause();
  }
  return { child, output: () => output, ended };
};

const pause = () => new Promise((resume) => setTimeout(resume, 50));

const endpoint = (): { readonly baseUrl: string; readonly apiKey: string; readonly pid: number } =>
  JSON.parse(readFileSync(path.join(state, "endpoint.json"), "utf8"));

/** Processes that carry the state folder or one of its bundles in their command line or working folder. */
const processesOf = (pid: number): readonly string[] => {
  const table = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).split("\n");
  const rows = table.map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)).filter((row) => row !== null);
  const family = new Set([String(pid)]);
  for (const [, child = "", parent = ""] of rows) if (family.has(parent)) family.add(child);
  return [...family];
};

const isAlive = (pid: string): boolean => {
  try {
    process.kill(Number(pid), 0);
    // A zombie has ended; only nobody has asked how.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
};

const expectAllGone = async (pids: readonly string[]): Promise<void> => {
  for (let attempt = 0; attempt < 100 && pids.some(isAlive); attempt++) await pause();
  expect(pids.filter(isAlive)).toEqual([]);
};

test("shows a curl line that works when pasted, stays up, and leaves no process behind when it is killed outright", async () => {
  const running = await start();
  const { baseUrl, apiKey, pid } = endpoint();
  expect(running.output()).toContain(baseUrl);
  expect(running.output()).toContain(apiKey);
  const curl = /^ {2}curl (?:.*\\\n)*.*$/m.exec(running.output())?.[0] ?? "";
  const answer: unknown = JSON.parse(execFileSync("bash", ["-c", curl], { encoding: "utf8", stdio: "pipe" }));
  expect(answer).toMatchObject({ object: "chat.completion", choices: [{ finish_reason: "stop" }] });

  const family = processesOf(pid);
  expect(family.length).toBeGreaterThan(4);
  const made = await fetch(`${baseUrl}/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "tiny-chat", messages: [{ role: "user", content: "hello" }] }),
  });
  before = { apiKey, id: made.headers.get("x-request-id") ?? "" };
  process.kill(pid, "SIGKILL");
  await running.ended;
  await expectAllGone(family);
});

test("has its state and its key when it is started again, and ends with every process it started", async () => {
  const running = await start();
  const { baseUrl, apiKey, pid } = endpoint();
  expect(apiKey).toBe(before.apiKey);
  const found = await fetch(`${baseUrl}/generations/${before.id}`, {
    headers: { authorization: `Bearer ${apiKey}` },
  });
  expect(found.status).toBe(200);
  const family = processesOf(pid);
  process.kill(pid, "SIGINT");
  expect(await running.ended).toBe(0);
  await expectAllGone(family);
  expect(existsSync(path.join(state, "endpoint.json"))).toBe(false);
});

test("help explains the options, and a wrong one is refused with them", () => {
  const help = execFileSync("npm", ["start", "--silent", "--", "--help"], {
    cwd: repositoryRoot,
    encoding: "utf8",
  });
  expect(help).toContain("--fresh");
  expect(() =>
    execFileSync("npm", ["start", "--silent", "--", "--prot", "1"], { cwd: repositoryRoot, stdio: "pipe" }),
  ).toThrow(/Unknown option '--prot'/);
});
