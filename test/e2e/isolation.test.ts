import { readFileSync } from "node:fs";
import path from "node:path";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { beforeAll, describe, expect, test } from "vitest";
import type { Scope } from "../../core/access/scope.ts";
import { draftInvoice } from "../../core/billing/invoice/draft-invoice.ts";
import { type CustomerId, newUlid } from "../../core/identifiers.ts";
import { zero } from "../../core/money.ts";
import { invoices } from "../../functions/adapters/dynamodb/invoices.ts";
import { randomBytes, systemClock } from "../../functions/system.ts";
import { tableName } from "../../infra/constructs/table-name.ts";
import { routesOf } from "../infra/stacks/routes.ts";
import { month } from "../support/billing-samples.ts";
import { cdkOut } from "./synthesize-once.ts";
import { type TestPlatform, billingProfileOf, sharedTestPlatform } from "./test-platform.ts";

/** To everybody but its customer, what there is does not exist: the same answer, after the same calls to the database. */

type Tenant = {
  readonly customer: CustomerId;
  readonly key: string;
  readonly ids: Readonly<Record<Kind, string>>;
};
type Kind = "generation" | "file" | "announced file" | "batch" | "invoice";

/** A route that takes an id. `after`: what follows the id. `scope`: what a key needs for it. */
type Case = { readonly route: string; readonly kind: Kind; readonly after?: string; readonly scope?: Scope };

const filesCases = (["file", "announced file"] as const).flatMap((kind): readonly Case[] => [
  { route: "GET /v1/files/{id}", kind, scope: "infer" },
  { route: "DELETE /v1/files/{id}", kind, scope: "infer" },
  { route: "GET /v1/files/{id}/content", kind, scope: "infer" },
]);

const cases: readonly Case[] = [
  { route: "GET /v1/generations/{id}", kind: "generation" },
  ...["", ".json", ".csv", ".pdf"].map((after): Case => ({
    route: "GET /v1/invoices/{id}",
    kind: "invoice",
    after,
    scope: "billing:read",
  })),
  ...filesCases,
  { route: "GET /v1/batches/{id}", kind: "batch", scope: "infer" },
  { route: "POST /v1/batches/{id}/cancel", kind: "batch", scope: "infer" },
];

/** Routes whose parameter names what is everybody's. */
const shared = ["GET /v1/models/{model}", "POST /v1/models/{model}/predict"];

let platform: TestPlatform;
let owner: Tenant;
let stranger: Tenant;

const allScopes: readonly Scope[] = ["infer", "usage:read", "billing:read"];

type Sent = { readonly body?: string | FormData; readonly headers?: Readonly<Record<string, string>> };

const call = async (key: string, method: string, route: string, init: Sent = {}) => {
  const response = await fetch(`${platform.platform.baseUrl}${route.replace(/^\/v1/, "")}`, {
    ...init,
    method,
    redirect: "manual",
    headers: { authorization: `Bearer ${key}`, ...init.headers },
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
};

const json = (body: object): Sent & { readonly body: string } => ({
  body: JSON.stringify(body),
  headers: { "content-type": "application/json" },
});

const secret = "canary-81ac";

const batchOf = (file: string) => ({
  input_file_id: file,
  endpoint: "/v1/chat/completions",
  completion_window: "24h",
});

const newTenant = async (dynamoDb: DynamoDB): Promise<Tenant> => {
  const customer = await platform.customerWith("5");
  const key = await platform.issue({ customer, scopes: allScopes });
  const messages = [{ role: "user", content: "hello" }];
  const chat = await call(key, "POST", "/v1/chat/completions", json({ model: "scripted", messages }));
  const form = new FormData();
  form.set("purpose", "batch");
  form.set("file", new File([secret], `${secret}.jsonl`));
  const file = await call(key, "POST", "/v1/files", { body: form });
  const announcement = { purpose: "batch", filename: `${secret}-large.jsonl`, bytes: 10 };
  const announced = await call(key, "POST", "/v1/files", json(announcement));
  const { id: fileId } = JSON.parse(file.text);
  const batch = await call(key, "POST", "/v1/batches", json(batchOf(fileId)));
  const draft = draftInvoice(billingProfileOf(customer), month("2026-01"), [], zero);
  const store = invoices(dynamoDb, tableName("e2e", "accounts"));
  const register = await store.register(customer);
  const invoice = { ...draft, status: "issued", number: "00000001-0001" } as const;
  await store.commit({ ...register, version: register.version + 1 }, { invoice });
  return {
    customer,
    key,
    ids: {
      generation: chat.headers.get("x-request-id") ?? "",
      file: fileId,
      batch: JSON.parse(batch.text).id,
      "announced file": JSON.parse(announced.text).id,
      invoice: draft.id,
    },
  };
};

beforeAll(async () => {
  platform = await sharedTestPlatform();
  const dynamoDb = new DynamoDB(platform.platform.cloud.clientConfig("us-east-1"));
  [owner, stranger] = [await newTenant(dynamoDb), await newTenant(dynamoDb)];
  dynamoDb.destroy();
});

/** Of the same form, and of nobody. */
const unknownLike = (id: string): string =>
  id.replace(/[0-9A-Z]{26}/g, () => newUlid(systemClock.now(), randomBytes));

/** The answer, and every call that the API's functions made for it. */
const observed = async (key: string, { route, after = "" }: Case, id: string) => {
  const [method = "", template = ""] = route.split(" ");
  const { callLog } = platform.platform.cloud;
  callLog.start();
  const { status, text } = await call(key, method, template.replace("{id}", id + after));
  callLog.stop();
  const calls = callLog
    .calls()
    // Others, which follow what was used before, may be at work.
    .filter(({ roleArn }) => roleArn.includes("farebox-e2e-api-"))
    .map(({ action, resource }) => `${action} ${resource}`);
  return { status, text: text.replaceAll(id, "<id>"), calls };
};

type Resources = ReturnType<Parameters<typeof routesOf>[0]["findResources"]>;

/** The template of the API that is running. */
const deployedApi = (): Parameters<typeof routesOf>[0] => {
  const file = path.join(cdkOut, "farebox-e2e-api-us-east-1.template.json");
  const { Resources: all } = JSON.parse(readFileSync(file, "utf8")) as { readonly Resources: Resources };
  return {
    findResources: (type) => Object.fromEntries(Object.entries(all).filter(([, { Type }]) => Type === type)),
  };
};

test("every route of the API that takes an id is attacked here", () => {
  const routes = [...routesOf(deployedApi())];
  const withId = routes.map((route) => route.split(" -> ")[0] ?? "").filter((route) => route.includes("{"));
  expect(new Set([...cases.map(({ route }) => route), ...shared])).toEqual(new Set(withId));
});

const nameOf = ({ route, kind, after = "" }: Case): string => `${route}${after} of a ${kind}`;

describe("another customer's", () => {
  // The key's own look-up is cached by then, and functions are awake.
  test.each(cases.map((one) => [nameOf(one), one] as const))(
    "%s is as unknown as none",
    async (_, attacked) => {
      const id = owner.ids[attacked.kind];
      await observed(stranger.key, attacked, unknownLike(id));
      const none = await observed(stranger.key, attacked, unknownLike(id));
      const foreign = await observed(stranger.key, attacked, id);
      expect(none.status).toBe(404);
      expect(foreign).toEqual(none);
      expect(foreign.calls.length).toBeGreaterThan(0);
    },
  );

  test.each(cases.filter(({ scope }) => scope).map((one) => [nameOf(one), one] as const))(
    "%s is refused to a key without the scope, before anything is read",
    async (_, attacked) => {
      const scopes = allScopes.filter((scope) => scope !== attacked.scope);
      const key = await platform.issue({ customer: owner.customer, scopes });
      await observed(key, attacked, "x");
      const refused = await observed(key, attacked, owner.ids[attacked.kind]);
      expect([refused.status, JSON.parse(refused.text).error.code, refused.calls]).toEqual([
        403,
        "scope_missing",
        [],
      ]);
    },
  );

  test("file is no input of a batch, no more than one that never was", async () => {
    const order = (id: string) => call(stranger.key, "POST", "/v1/batches", json(batchOf(id)));
    const none = await order(unknownLike(owner.ids.file));
    const foreign = await order(owner.ids.file);
    expect(none.status).toBeGreaterThanOrEqual(400);
    expect([foreign.status, foreign.text]).toEqual([none.status, none.text]);
  });

  test("idempotency key answers nothing of its request", async () => {
    const send = (key: string, content: string) =>
      call(key, "POST", "/v1/chat/completions", {
        ...json({ model: "scripted", messages: [{ role: "user", content }] }),
        headers: { "content-type": "application/json", "idempotency-key": "order-1" },
      });
    const first = await send(owner.key, secret);
    // A replay, for its own customer; a request of its own, whatever its body, for another.
    expect((await send(owner.key, secret)).headers.get("x-request-id")).toBe(
      first.headers.get("x-request-id"),
    );
    for (const content of [secret, "another"]) {
      const other = await send(await platform.issue(), content);
      expect(other.status).toBe(200);
      expect(other.headers.get("idempotent-replayed")).toBeNull();
      expect(other.headers.get("x-request-id")).not.toBe(first.headers.get("x-request-id"));
    }
  });
});

describe("lists", () => {
  const idsIn = (text: string): readonly string[] =>
    JSON.parse(text).data.map(({ id }: { id: string }) => id);

  test("have one's own only, wherever they go on", async () => {
    const { ids } = owner;
    for (const query of ["", `?after=${ids.file}&order=asc`, `?after=${unknownLike(ids.file)}&order=desc`]) {
      const { status, text } = await call(stranger.key, "GET", `/v1/files${query}`);
      expect(status).toBe(200);
      for (const id of idsIn(text)) expect([stranger.ids.file, stranger.ids["announced file"]]).toContain(id);
      expect(text).not.toContain(ids.file);
    }
    for (const query of ["", `?after=${ids.batch}`, `?after=${unknownLike(ids.batch)}`]) {
      const { status, text } = await call(stranger.key, "GET", `/v1/batches${query}`);
      expect(status).toBe(200);
      for (const id of idsIn(text)) expect(id).toBe(stranger.ids.batch);
    }
    for (const query of ["", `?cursor=${ids.invoice}`, `?cursor=${unknownLike(ids.invoice)}`]) {
      const { status, text } = await call(stranger.key, "GET", `/v1/invoices${query}`);
      expect(status).toBe(200);
      for (const id of idsIn(text)) expect(id).toBe(stranger.ids.invoice);
    }
  });

  test("count one's own only: usage and balance", async () => {
    const empty = await platform.issue({ scopes: allScopes });
    const usage = await call(empty, "GET", "/v1/usage");
    expect(JSON.parse(usage.text)).toMatchObject({ data: [], has_more: false });
    const balance = await call(empty, "GET", "/v1/balance");
    expect(balance.text).toContain("1000");
    expect(balance.text).not.toContain(owner.customer);
  });

  test.each<[string, Scope]>([
    ["/v1/files", "infer"],
    ["/v1/batches", "infer"],
    ["/v1/invoices", "billing:read"],
    ["/v1/usage", "usage:read"],
  ])("%s needs its scope", async (route, scope) => {
    const key = await platform.issue({ scopes: allScopes.filter((other) => other !== scope) });
    expect((await call(key, "GET", route)).status).toBe(403);
  });
});

test("its customer still finds all of it, and no function was denied anything", async () => {
  for (const attacked of cases.filter(({ route }) => route.startsWith("GET"))) {
    const { status, text } = await observed(owner.key, attacked, owner.ids[attacked.kind]);
    const isPending = attacked.kind === "announced file" && attacked.route.endsWith("/content");
    expect([nameOf(attacked), status]).toEqual([nameOf(attacked), isPending ? 409 : 200]);
    const isContent = attacked.kind === "file" && attacked.route.endsWith("/content");
    expect(isContent ? text : secret).toBe(secret);
  }
  expect(platform.platform.cloud.denials()).toEqual([]);
});
