import { connect } from "node:net";
import { beforeAll, describe, expect, test } from "vitest";
import type { Scope } from "../../core/access/scope.ts";
import type { CustomerId } from "../../core/identifiers.ts";
import { type TestPlatform, sharedTestPlatform, textOf } from "./test-platform.ts";

/** Requests that no client library writes, to the running stacks: ignored or refused, and never answered as to somebody else. */

let platform: TestPlatform;
let customer: CustomerId;
let apiKey: string;
let otherKey: string;

const scopes: readonly Scope[] = ["infer", "usage:read", "billing:read"];

beforeAll(async () => {
  platform = await sharedTestPlatform();
  customer = await platform.customerWith("7");
  apiKey = await platform.issue({ customer, scopes });
  otherKey = await platform.issue({ customer: await platform.customerWith("3"), scopes });
});

type Answer = { readonly status: number; readonly text: string };

/** Sends bytes as they are, and reads until the server has closed or answered. */
const sendRaw = (text: string): Promise<readonly Answer[]> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(platform.platform.baseUrl);
    const socket = connect(Number(port), hostname, () => socket.write(text, "latin1"));
    let received = "";
    socket.on("data", (data) => (received += data.toString("latin1")));
    socket.on("error", reject);
    socket.on("close", () => resolve(answersIn(received)));
    // A server that waits for the rest of a request is not waited for.
    socket.setTimeout(15_000, () => socket.destroy());
  });

const answersIn = (received: string): readonly Answer[] =>
  received
    .split(/(?=HTTP\/1\.1 \d{3} )/)
    .filter((text) => text.startsWith("HTTP/1.1 "))
    .map((text) => ({ status: Number(text.slice(9, 12)), text }));

const prefix = () => new URL(platform.platform.baseUrl).pathname;

type Line = readonly [name: string, value: string];

const rawRequest = (target: string, lines: readonly Line[], { method = "GET", body = "" } = {}): string =>
  `${[
    `${method} ${target} HTTP/1.1`,
    ...[["Host", "api.example"], ["Connection", "close"], ...lines].map(
      ([name, value]) => `${name}: ${value}`,
    ),
  ].join("\r\n")}\r\n\r\n${body}`;

const balanceOf = async (lines: readonly Line[]): Promise<Answer | undefined> =>
  (await sendRaw(rawRequest(`${prefix()}/balance`, lines))).at(-1);

const bearer = (key: string): Line => ["Authorization", `Bearer ${key}`];

/** What tells the two customers' balances apart. */
const isMine = ({ text }: Answer): boolean => /"credited":"7"/.test(text);
const isTheirs = ({ text }: Answer): boolean => /"credited":"3"/.test(text);

describe("headers", () => {
  test("tell the customers apart, to begin with", async () => {
    const [mine, theirs] = [await balanceOf([bearer(apiKey)]), await balanceOf([bearer(otherKey)])];
    expect(mine && isMine(mine)).toBe(true);
    expect(theirs && isTheirs(theirs)).toBe(true);
  });

  test("of two keys the first counts, whatever the cache knows", async () => {
    for (const [first, second] of [
      [apiKey, otherKey],
      [apiKey, "fbx_test_x"],
      [apiKey, ""],
    ] as const)
      for (const name of ["Authorization", "authorization", "AUTHORIZATION"]) {
        const answer = await balanceOf([bearer(first), [name, `Bearer ${second}`]]);
        expect(answer?.status === 400 || (answer && isMine(answer))).toBe(true);
      }
    const refused = await balanceOf([bearer("fbx_test_x"), bearer(apiKey)]);
    expect([400, 401]).toContain(refused?.status);
    expect((await balanceOf([["Authorization", `Bearer ${apiKey}, Bearer ${otherKey}`]]))?.status).toBe(401);
  });

  test.each<Line>([
    ["x-amzn-lambda-authorizer", "allow"],
    ["x-amzn-remapped-authorization", "Bearer other"],
    ["x-amzn-requestid", "req_1"],
    ["x-amzn-trace-id", "Root=1-00000000-000000000000000000000000"],
    ["x-amz-security-token", "other"],
    ["x-amz-target", "DynamoDB_20120810.Scan"],
    ["x-amz-date", "20200101T000000Z"],
    ["x-forwarded-for", "203.0.113.9"],
    ["x-forwarded-host", "evil.example"],
    ["x-original-url", "/v1/invoices"],
    ["x-rewrite-url", "/v1/invoices"],
    ["x-http-method-override", "DELETE"],
    ["x-method-override", "POST"],
    ["x-api-key", "other"],
    ["proxy-authorization", "Bearer other"],
    ["cookie", "authorization=other"],
    ["te", "trailers"],
    ["content-encoding", "gzip"],
  ])("%s: %s changes nothing", async (...line) => {
    const answer = await balanceOf([bearer(apiKey), [line[0], line[1].replace("other", otherKey)]]);
    expect(answer && isMine(answer)).toBe(true);
    const alone = await balanceOf([[line[0], line[1].replace("other", otherKey)]]);
    expect(alone?.status).toBe(401);
  });

  test("that name the key as one of the connection's do not free it", async () => {
    for (const value of ["authorization", "close, Authorization"]) {
      const answer = await balanceOf([["Connection", value], bearer(apiKey)]);
      expect(answer && (isMine(answer) || [400, 401].includes(answer.status))).toBe(true);
    }
  });

  test("with line breaks, folds and other controls in their values open no other header", async () => {
    for (const value of [
      `x\r\n Bearer ${otherKey}`,
      `x\nAuthorization: Bearer ${otherKey}`,
      `x\r${otherKey}`,
      "x\0y",
    ]) {
      const answer = await balanceOf([["x-a", value], bearer("fbx_test_x")]);
      expect([400, 401]).toContain(answer?.status);
    }
  });

  test("a key works only from where it may, whatever the request says of its way", async () => {
    const elsewhere = await platform.issue({ customer, scopes, sourceCidrs: ["203.0.113.0/24"] });
    for (const line of [
      ["X-Forwarded-For", "203.0.113.7"],
      ["Forwarded", "for=203.0.113.7"],
      ["X-Real-IP", "203.0.113.7"],
      ["True-Client-IP", "203.0.113.7"],
    ] as const)
      expect((await balanceOf([bearer(elsewhere), line]))?.status).toBe(403);
  });
});

describe("a request's end", () => {
  const body = JSON.stringify({ model: "scripted", messages: [{ role: "user", content: "hello" }] });
  /** Would be answered with the other customer's balance, were it ever read as a request. */
  const smuggled = () => rawRequest(`${prefix()}/balance`, [bearer(otherKey)]);
  const json: Line = ["Content-Type", "application/json"];

  test.each<[string, readonly Line[]]>([
    [
      "two lengths",
      [
        ["Content-Length", "5"],
        ["Content-Length", "500"],
      ],
    ],
    [
      "a length and chunks",
      [
        ["Content-Length", "5"],
        ["Transfer-Encoding", "chunked"],
      ],
    ],
    [
      "chunks and a length",
      [
        ["Transfer-Encoding", "chunked"],
        ["Content-Length", "5"],
      ],
    ],
    ["chunks of another spelling", [["Transfer-Encoding", "xchunked"]]],
    [
      "chunks twice",
      [
        ["Transfer-Encoding", "chunked"],
        ["Transfer-Encoding", "identity"],
      ],
    ],
    ["a negative length", [["Content-Length", "-1"]]],
    ["a length in words", [["Content-Length", "5, 5"]]],
    ["a signed length", [["Content-Length", "+5"]]],
    ["a space before the colon", [["Transfer-Encoding ", "chunked"]]],
  ])("%s is refused, and what follows is never a request", async (_, lines) => {
    const before = (await platform.usageEvents()).length;
    const answers = await sendRaw(
      rawRequest(`${prefix()}/chat/completions`, [bearer(apiKey), json, ...lines], {
        method: "POST",
        body: `0\r\n\r\n${smuggled()}${body}`,
      }),
    );
    expect(answers.map(({ status }) => status)).toEqual([400]);
    expect(answers.some(isTheirs)).toBe(false);
    expect((await platform.usageEvents()).length).toBe(before);
  });
});

describe("paths", () => {
  test.each([
    ["an absolute target", () => `http://evil.example${prefix()}/balance`],
    ["an authority", () => "evil.example:443"],
    ["two slashes", () => `/${prefix()}//balance`],
    ["a slash at the end", () => `${prefix()}/balance/`],
    ["dots", () => `${prefix()}/../v1/balance`],
    ["escaped dots", () => `${prefix()}/%2e%2e/balance`],
    ["an escaped slash", () => `${prefix()}%2fbalance`],
    ["overlong dots", () => `${prefix()}/%c0%ae%c0%ae/balance`],
    ["a null byte", () => `${prefix()}/balance%00`],
    ["a semicolon", () => `${prefix()}/balance;a=b`],
    ["a fragment", () => `${prefix()}/balance#x`],
    ["other letters", () => `${prefix()}/BALANCE`],
  ])("with %s are not answered without a key, nor as another customer's", async (_, target) => {
    for (const [lines, isAllowed] of [
      [[], false],
      [[bearer(apiKey)], true],
    ] as const)
      for (const answer of await sendRaw(rawRequest(target(), lines))) {
        expect(answer.status).toBeLessThan(500);
        expect(isTheirs(answer)).toBe(false);
        expect(isAllowed || answer.status >= 400).toBe(true);
      }
  });

  test.each([
    "%2f",
    "..%2fbalance",
    "%2e%2e%2fusage",
    "%c0%af",
    "%",
    "%zz",
    "%00",
    "%ff",
    "a%2fb",
    "%0d%0ax: y",
    "x".repeat(4000),
  ])("ids that are %s are of nothing", async (id) => {
    for (const route of ["generations", "files", "invoices", "models"]) {
      const [answer] = await sendRaw(rawRequest(`${prefix()}/${route}/${id}`, [bearer(apiKey)]));
      expect([400, 403, 404]).toContain(answer?.status);
      expect(answer?.text).not.toMatch(/^x: y/m);
    }
  });
});

test("a model is sent what it needs to answer, and nothing of who asks", async () => {
  const names = new Set<string>();
  for (const model of ["scripted", "scripted-url", "scripted-prediction"]) {
    const isPrediction = model === "scripted-prediction";
    const route = isPrediction ? `models/${model}/predict` : "chat/completions";
    const response = await fetch(`${platform.platform.baseUrl}/${route}`, {
      method: "POST",
      body: isPrediction ? "{}" : JSON.stringify({ model, messages: [{ role: "user", content: "hello" }] }),
      headers: {
        authorization: `Bearer ${apiKey}`,
        "content-type": isPrediction ? "text/plain" : "application/json",
        cookie: "canary-9d0c",
        "x-api-key": "canary-9d0c",
        "x-amzn-sagemaker-custom-attributes": "canary-9d0c",
        "x-canary-9d0c": "1",
        referer: "http://canary-9d0c/",
        "user-agent": "canary-9d0c",
        "x-forwarded-for": "8.8.8.8",
      },
    });
    expect(response.status).toBe(200);
    const { headers } = platform.scripted.received.at(-1) ?? {};
    for (const name of Object.keys(headers ?? {})) names.add(name);
    expect(JSON.stringify(headers)).not.toMatch(/canary-9d0c|fbx_test_|8\.8\.8\.8/);
  }
  const allowed = ["accept", "connection", "content-length", "content-type", "host", "transfer-encoding"];
  const ofClients = ["accept-encoding", "accept-language", "sec-fetch-mode", "user-agent"];
  expect([...names].filter((name) => ![...allowed, ...ofClients].includes(name))).toEqual([]);
});

test("no key and no canary is in any log, and nothing was denied", () => {
  expect(textOf(platform.log)).not.toMatch(/canary-9d0c|fbx_test_\w{20}/);
  expect(platform.platform.cloud.denials()).toEqual([]);
});
