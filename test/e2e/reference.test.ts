import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { format } from "node:util";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { openApiDocument } from "../../functions/openapi/describe/document.ts";
import { routes } from "../../functions/openapi/describe/routes.ts";
import { curlOf } from "../../scripts/docs/curl.ts";
import { wave } from "../support/wave.ts";
import { type TestPlatform, repositoryRoot, sharedTestPlatform } from "./test-platform.ts";

/** The reference's and the snippets' examples, run as they stand, and what answers them held to the API's description. */

let platform: TestPlatform;
let variables: Record<string, string>;

beforeAll(async () => {
  platform = await sharedTestPlatform();
  const apiKey = await platform.issue({ scopes: ["infer", "usage:read", "billing:read"] });
  const client = platform.client(apiKey);
  const { response } = await client.embeddings.create({ model: "tiny-embed", input: "a" }).withResponse();
  const recording = path.join(tmpdir(), "speech.wav");
  writeFileSync(recording, wave({ channels: 1, samplesPerSecond: 8000, bitsPerSample: 16 }, 16_000));
  const file = await client.files.create({ purpose: "batch", file: new File(["{}\n"], "requests.jsonl") });
  // Its model says nothing, and it takes minutes to give up on all lines: the example finds a batch that can be cancelled.
  const body = { model: "scripted", messages: [{ role: "user", content: "a" }], script: { hang: true } };
  const lines = Array.from({ length: 40 }, (_, index) =>
    JSON.stringify({ custom_id: `${index}`, method: "POST", url: "/v1/chat/completions", body }),
  );
  const requests = await client.files.create({
    purpose: "batch",
    file: new File([lines.join("\n")], "requests.jsonl"),
  });
  const batch = await client.batches.create({
    input_file_id: requests.id,
    endpoint: "/v1/chat/completions",
    completion_window: "24h",
  });
  variables = {
    FAREBOX_URL: platform.platform.baseUrl,
    FAREBOX_API_KEY: apiKey,
    REQUEST_ID: response.headers.get("x-request-id") ?? "",
    FILE_ID: file.id,
    BATCH_ID: batch.id,
    INVOICE_ID: "inv_none",
    RECORDING: recording,
  };
});

type Run = { readonly status: number | null; readonly output: string; readonly errors: string };

const run = async (command: string, args: readonly string[], input: string): Promise<Run> => {
  const child = spawn(command, args, { env: { ...process.env, ...variables } });
  child.stdin.end(input);
  const [output, errors, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once("close", resolve)),
  ]);
  return { status, output, errors };
};

/** What stands in for models that no checkpoint is shipped for. */
const scripted: Readonly<Record<string, string>> = {
  "qwen3-8b-base": "scripted-completion",
  whisper: "scripted-transcription",
  flux: "scripted-images",
  guard: "scripted-moderation",
};

const withModelsOfTheTest = (command: string): string =>
  Object.entries(scripted).reduce((text, [name, standIn]) => text.replace(name, standIn), command);

/** Runs a command line with curl saying what status and type its answer has, in a line after the body. */
const curl = async (command: string) => {
  const reporting = `curl() { command curl -sS -w '\\n%{http_code} %{content_type}' "$@"; }\n${command}`;
  const { output, errors } = await run("bash", ["-s"], reporting);
  expect(errors).toBe("");
  const [, body = "", status = "", type = ""] = /^([^]*)\n(\d{3}) ?([^;\s]*)[^\n]*$/.exec(output) ?? [];
  return { status, type, body };
};

const ajv = new Ajv2020({ strict: false });
const openApi = openApiDocument();
ajv.addSchema(openApi, "openapi");

/** What the description does not say about an answer. */
const faults = (path: string, method: string, status: string, type: string, body: string) => {
  const pointer = ["paths", path, method, "responses", status, "content", type, "schema"]
    .map((step) => encodeURIComponent(step.replaceAll("~", "~0").replaceAll("/", "~1")))
    .join("/");
  const validate = ajv.compile({ $ref: `openapi#/${pointer}` });
  return validate(JSON.parse(body)) ? [] : validate.errors;
};

describe("the reference's example of", () => {
  // The last that is done to a file is to delete it.
  test.each(routes.map((route) => [`${route.method.toUpperCase()} ${route.path}`, route] as const))(
    "%s works, and its answer is what the description says",
    async (_title, route) => {
      const { status, type, body } = await curl(withModelsOfTheTest(curlOf(route)));
      // Nobody has an invoice before a month is over; that refusal is described, too.
      expect(status, body).toBe(route.id === "getInvoice" ? "404" : "200");
      const described = route.answers.flatMap(({ content = {} }) => Object.keys(content));
      expect(described.some((range) => range === "*/*" || range === type)).toBe(true);
      const isHeld = type === "application/json" && described.includes(type);
      expect(isHeld ? faults(route.path, route.method, status, type, body) : []).toEqual([]);
    },
  );

  test("its description refuses what is no answer, and refusals are held to it as well", async () => {
    expect(faults("/v1/balance", "get", "200", "application/json", '{"object":"balance"}')).not.toEqual([]);
    const { body, status } = await curl(
      `curl "$FAREBOX_URL/chat/completions" -H "Authorization: Bearer $FAREBOX_API_KEY" -H "Content-Type: application/json" -d '{"model": "none", "messages": [{"role": "user", "content": "a"}]}'`,
    );
    expect(status).toBe("404");
    expect(faults("/v1/chat/completions", "post", "404", "application/json", body)).toEqual([]);
  });
});

test("the served description is the generated one", async () => {
  const { body } = await curl('curl "$FAREBOX_URL/openapi.json"');
  expect(JSON.parse(body)).toEqual(JSON.parse(JSON.stringify(openApi)));
});

const pages = ["docs/snippets.md", "docs/clients.md"].map((page) => readFileSync(page, "utf8"));

const snippets = [...pages.join("\n").matchAll(/^```(bash|ts|python)\n([^]*?)^```$/gm)].map(
  ([, language = "", code = ""], index) => ({ language, code, index, title: code.split("\n", 1).join("") }),
);

/** Inside the repository, where its packages are found. */
const snippetFolder = path.join(repositoryRoot, ".farebox", "e2e", "snippets");

/** Runs a module in this process: to start one and to load a client library would take a second each time. */
const importTypeScript = async (code: string, index: number): Promise<Run> => {
  const file = path.join(snippetFolder, `${index}.ts`);
  mkdirSync(snippetFolder, { recursive: true });
  writeFileSync(file, code);
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const lines: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((...said) => void lines.push(format(...said)));
  const write = vi
    .spyOn(process.stdout, "write")
    .mockImplementation((chunk) => lines.push(String(chunk)) > 0);
  try {
    await import(pathToFileURL(file).href);
    return { status: 0, output: lines.join("\n"), errors: "" };
  } finally {
    log.mockRestore();
    write.mockRestore();
    vi.unstubAllEnvs();
  }
};

const withPython = spawnSync("python3", ["-c", "import openai"]).status === 0;

describe("the snippet", () => {
  test("of each language is there", () =>
    expect(new Set(snippets.map(({ language }) => language))).toEqual(new Set(["bash", "ts", "python"])));

  test.each(snippets.filter(({ language }) => language !== "python" || withPython))(
    "in $language works: $title",
    async ({ language, code, index }) => {
      const started = {
        bash: () => run("bash", ["-e"], `curl() { command curl -sS --fail-with-body "$@"; }\n${code}`),
        ts: () => importTypeScript(code, index),
        python: () => run("python3", ["-"], code),
      }[language];
      const { status, output, errors } = (await started?.()) ?? { status: null, output: "", errors: "" };
      expect({ status, errors }).toEqual({ status: 0, errors: "" });
      expect(output).toMatch(/\S/);
    },
  );
});

test("no function was denied anything it needs", () => {
  expect(platform.platform.cloud.denials()).toEqual([]);
});
