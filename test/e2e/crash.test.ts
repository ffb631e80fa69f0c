import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestPlatform, startTestPlatform } from "./test-platform.ts";

let platform: TestPlatform;
let apiKey: string;

beforeAll(async () => {
  platform = await startTestPlatform();
  apiKey = await platform.issue();
});
afterAll(() => platform.stop());

const messages = [{ role: "user" as const, content: "hello" }];

const inferProcesses = (): readonly number[] =>
  platform.platform.cloud.functions.find("farebox-e2e-infer", "us-east-1").pids();

const killInfer = (): void => {
  const processes = inferProcesses();
  expect(processes.length).toBeGreaterThan(0);
  for (const pid of processes) process.kill(pid, "SIGKILL");
};

/** `script` is no field of OpenAI's: Farebox passes it through to the model. */
const slow = { script: { words: 100, paceMs: 20 } };
const silent = { script: { hang: true } };

test("a function killed before it answers: the client gets an error, and the next request works", async () => {
  const client = platform.client(apiKey);
  const hanging = client.chat.completions.create({
    model: "scripted",
    messages,
    ...silent,
  });
  const outcome = hanging.then(
    () => undefined,
    (error: unknown) => error,
  );
  await until(() => platform.scripted.received.length > 0);
  killInfer();
  expect(await outcome).toMatchObject({ status: 502, code: "internal_error" });
  expect((await client.chat.completions.create({ model: "scripted", messages })).choices).toHaveLength(1);
});

test("a function killed mid-stream: the client's stream breaks, and the next one works", async () => {
  const client = platform.client(apiKey);
  const read = async (): Promise<number> => {
    let chunks = 0;
    for await (const _ of await client.chat.completions.create({
      model: "scripted",
      messages,
      ...slow,
      stream: true,
    }))
      if (++chunks === 3) killInfer();
    return chunks;
  };
  await expect(read()).rejects.toThrow(/terminated|aborted|other side closed|Premature/i);
  let text = "";
  for await (const chunk of await client.chat.completions.create({
    model: "scripted",
    messages,
    stream: true,
  }))
    text += chunk.choices[0]?.delta.content ?? "";
  expect(text).toContain("wörd2");
});

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resume) => setTimeout(resume, 10));
};
