import { afterAll, beforeAll, expect, test } from "vitest";
import { invoke } from "./chat-client.ts";
import { startModelServer, type ModelServer } from "./start-model-server.ts";

type Recommendations = {
  readonly model: string;
  readonly recommendations: readonly {
    readonly title: string;
    readonly index: number;
    readonly score: number;
  }[];
};

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer("tiny-entertainment-embed", { FAREBOX_MODEL_TASK: "recommendation" });
});
afterAll(() => server.stop());

const history = ["a fantasy movie about a map maker", "Nine Doors North is a fantasy movie"];
const candidates = ["refund order 48213 please", "a comedy series", "a fantasy movie"];

const recommend = async (fields: object = {}): Promise<Recommendations> => {
  const response = await invoke(server, JSON.stringify({ history, candidates, ...fields }));
  expect(response.status).toBe(200);
  return response.json() as Promise<Recommendations>;
};

test("what is most like the history comes first, with where it stood and how near it is", async () => {
  const { model, recommendations } = await recommend();
  expect(model).toBe("tiny-entertainment-embed");
  expect(recommendations[0]).toMatchObject({ title: "a fantasy movie", index: 2 });
  expect(recommendations.map(({ index }) => index).toSorted((one, other) => one - other)).toEqual([0, 1, 2]);
  const scores = recommendations.map(({ score }) => score);
  expect(scores).toEqual(scores.toSorted((one, other) => other - one));
  for (const score of scores) expect(Math.abs(score)).toBeLessThanOrEqual(1.000001);
});

test("top_k says how many come back, and changes nothing else", async () => {
  const all = await recommend();
  const { recommendations } = await recommend({ top_k: 2 });
  expect(recommendations).toEqual(all.recommendations.slice(0, 2));
  expect((await recommend({ top_k: 500 })).recommendations).toHaveLength(3);
});

test("equal candidates stay in their order", async () => {
  const { recommendations } = await recommend({ candidates: ["a comedy series", "a comedy series"] });
  expect(recommendations.map(({ index }) => index)).toEqual([0, 1]);
});

test.each<[string, object, string, string | null]>([
  ["no history", { history: [] }, "invalid_value", "history"],
  ["no candidates", { candidates: undefined }, "invalid_type", "candidates"],
  ["an empty title", { candidates: ["a", ""] }, "invalid_value", "candidates[1]"],
  ["a title that is none", { history: [5] }, "invalid_type", "history[0]"],
  ["too many", { candidates: Array.from({ length: 501 }, () => "a") }, "invalid_value", "candidates"],
  ["top_k: 0", { top_k: 0 }, "invalid_value", "top_k"],
  ["a title beyond the context", { candidates: ["word ".repeat(300)] }, "context_length_exceeded", null],
])("%s is a 400 that says what is wrong", async (_case, fields, code, param) => {
  const response = await invoke(server, JSON.stringify({ history, candidates, ...fields }));
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { type: "invalid_request_error", code, param } });
});
