import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { refuse, type Answer } from "../../models/server/http/answer.ts";
import { createModelServer } from "../../models/server/http/model-server.ts";
import { serverBusy } from "../../models/server/problem.ts";

let ready = true;
let answer: Answer;
const server = createModelServer({
  answer: (invocation) => answer(invocation),
  isReady: () => ready,
  bodyBytesMax: 1000,
});
let url = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  ready = true;
  answer = async ({ response, body }) => {
    response.end(`got ${body.length}`);
    return { outcome: "completed" };
  };
});

const post = (body: string) => fetch(`${url}/invocations`, { method: "POST", body });

test("/ping says 503 until the model is loaded, then 200", async () => {
  ready = false;
  const loading = await fetch(`${url}/ping`);
  expect(loading.status).toBe(503);
  expect(loading.headers.get("retry-after")).toBe("1");
  ready = true;
  expect((await fetch(`${url}/ping`)).status).toBe(200);
});

test.each([
  ["GET", "/invocations", 405],
  ["POST", "/ping", 405],
  ["GET", "/", 404],
  ["GET", "/constructor", 404],
])("%s %s is %i", async (method, path, status) => {
  expect((await fetch(url + path, { method })).status).toBe(status);
});

test("a body at the limit is taken, one byte more is 413, announced or not", async () => {
  expect(await (await post("x".repeat(1000))).text()).toBe("got 1000");
  expect((await post("x".repeat(1001))).status).toBe(413);
  const unannounced = new Blob(["x".repeat(1001)]).stream();
  const init = { method: "POST", body: unannounced, duplex: "half" } as const;
  expect((await fetch(`${url}/invocations`, init)).status).toBe(413);
});

test("an overloaded engine is 503 with a time to come back", async () => {
  answer = async ({ response }) => refuse(response, serverBusy);
  const response = await post("{}");
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toBe("1");
  expect(await response.json()).toMatchObject({ error: { type: "overloaded_error", code: "server_busy" } });
});

test("a bug is a 500 that tells nothing, and neither the answer nor the log quotes its message", async () => {
  const written: string[] = [];
  const spy = vi.spyOn(process.stderr, "write").mockImplementation((line) => written.push(String(line)) > 0);
  answer = () => Promise.reject(new Error("the prompt was: secret"));
  const response = await post("{}");
  spy.mockRestore();
  expect(response.status).toBe(500);
  expect(await response.text()).not.toMatch(/secret|model-server/);
  expect(written.join("")).toContain("invocation failed");
  expect(written.join("")).not.toContain("secret");
});
