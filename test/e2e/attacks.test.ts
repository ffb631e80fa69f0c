import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { attackedTasks } from "../support/attack/attacked-tasks.ts";
import { harmIn } from "../support/attack/harm.ts";
import { corrupted, corruption, hostileText, mutatedJson, mutation } from "../support/attack/hostile-json.ts";
import { type TestPlatform, sharedTestPlatform } from "./test-platform.ts";

/** Bodies made to do harm, to the running stacks. `test/functions/attack` has thousands of them, without the stacks. */

let platform: TestPlatform;
let apiKey: string;

beforeAll(async () => {
  platform = await sharedTestPlatform();
  apiKey = await platform.issue();
});

describe("an image by its URL", () => {
  let connections = 0;
  const server = createServer((_, response) => void response.end());
  server.on("connection", () => (connections += 1));
  beforeAll(() => new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening)));
  afterAll(() => void server.close());

  test("is refused, and nobody is connected to", async () => {
    const { port } = server.address() as AddressInfo;
    const asked = platform.scripted.received.length;
    for (const url of [
      `http://127.0.0.1:${port}/a.png`,
      `http://localhost:${port}/a.png`,
      `http://[::ffff:127.0.0.1]:${port}/a.png`,
      "http://169.254.169.254/latest/meta-data/",
      "https://img.example.com/a.png",
      `http://img.example.com\\@127.0.0.1:${port}/`,
    ])
      for (const [route, body] of [
        [
          "chat/completions",
          { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url } }] }] },
        ],
        [
          "responses",
          { store: false, input: [{ role: "user", content: [{ type: "input_image", image_url: url }] }] },
        ],
      ] as const) {
        const response = await fetch(`${platform.platform.baseUrl}/${route}`, {
          method: "POST",
          body: JSON.stringify({ model: "scripted", ...body }),
          headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
        });
        expect(response.status).toBe(400);
        expect(JSON.parse(await response.text()).error.code).toBe("invalid_request");
      }
    expect(connections).toBe(0);
    expect(platform.scripted.received.length).toBe(asked);
  });
});

const models: Readonly<Record<string, string>> = {
  "/v1/chat/completions": "scripted",
  "/v1/responses": "scripted",
  "/v1/completions": "scripted-completion",
  "/v1/embeddings": "tiny-embed",
  "/v1/images/generations": "scripted-images",
  "/v1/images/classifications": "tiny-digits",
  "/v1/moderations": "scripted-moderation",
  "/v1/models/{model}/predict": "scripted-prediction",
};

const posts = attackedTasks.filter(({ isForm }) => !isForm);

test("200 hostile bodies, each to a route of the running stacks, end as harmlessly", async () => {
  const sent = fc.record({
    task: fc.constantFrom(...posts),
    mutations: fc.array(mutation, { maxLength: 2 }),
    corruption,
    id: hostileText,
  });
  const answered = new Set<string>();
  const events = await platform.eventsOf(
    () =>
      fc.assert(
        fc.asyncProperty(sent, async ({ task, mutations, corruption, id }) => {
          const model = models[task.resource] ?? "";
          const body = corrupted(
            mutatedJson({ ...task.valid, ...("model" in task.valid && { model }) }, mutations),
            corruption,
          );
          const response = await fetch(
            `${platform.platform.baseUrl}${task.resource.slice("/v1".length).replace("{model}", model)}?x=${encodeURIComponent(id.toWellFormed())}`,
            {
              method: "POST",
              body: Uint8Array.from(body),
              headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
            },
          );
          const { status } = response;
          const harm = harmIn({ status, headers: {}, body: await response.text() });
          if (harm !== undefined) throw new Error(harm);
          if (status < 400) answered.add(response.headers.get("x-request-id") ?? "");
        }),
        { numRuns: 200 },
      ),
    0,
  );
  expect(answered.size).toBeGreaterThan(20);
  for (const id of answered) expect(events.filter(({ request }) => request === id)).toHaveLength(1);
  for (const { cost, hold } of events) expect(cost <= hold).toBe(true);
});
