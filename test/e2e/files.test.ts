import type OpenAI from "openai";
import { APIError, toFile } from "openai";
import { beforeAll, describe, expect, test } from "vitest";
import type { CustomerId } from "../../core/identifiers.ts";
import { type TestPlatform, sharedTestPlatform, textOf } from "./test-platform.ts";

/** Files as OpenAI's client uses them: its customer finds every byte again, and nobody else finds anything. */

let platform: TestPlatform;
let customer: CustomerId;
let apiKey: string;
let client: OpenAI;
let stranger: OpenAI;

beforeAll(async () => {
  platform = await sharedTestPlatform();
  customer = await platform.customerWith("1");
  apiKey = await platform.issue({ customer });
  client = platform.client(apiKey);
  stranger = platform.client(await platform.issue());
});

const canary = "canary-7b2e";
const lines = `{"custom_id": "${canary}"}\n{"custom_id": "\u{1F600}"}\n`;
const upload = (content: string | Uint8Array = lines, name = `${canary}.jsonl`) =>
  toFile(Buffer.from(content), name).then((file) => client.files.create({ file, purpose: "batch" }));

type Announced = OpenAI.FileObject & {
  readonly upload: {
    readonly method: string;
    readonly url: string;
    readonly headers: Record<string, string>;
  };
};
const announce = (bytes: number): Promise<Announced> =>
  client.post("/files", { body: { purpose: "batch", filename: `${canary}-large.jsonl`, bytes } });
const put = ({ upload: { method, url, headers } }: Announced, body: Uint8Array<ArrayBuffer>) =>
  fetch(url, { method, headers, body });

const failure = async (work: Promise<unknown>) => {
  const error: unknown = await work.then(
    () => new Error("it succeeded"),
    (error: unknown) => error,
  );
  if (!(error instanceof APIError)) throw error;
  const { status, code, type, param, error: body } = error;
  return { status, code, type, param, message: (body as { readonly message: string }).message };
};

test("a file is uploaded, found, listed, read and deleted", async () => {
  const file = await upload();
  expect(file).toMatchObject({
    id: expect.stringMatching(/^file_/),
    object: "file",
    bytes: Buffer.byteLength(lines),
    filename: `${canary}.jsonl`,
    purpose: "batch",
    status: "processed",
  });
  expect(await client.files.retrieve(file.id)).toEqual(file);
  expect(await (await client.files.content(file.id)).text()).toBe(lines);
  expect((await client.files.list()).data).toEqual([file]);
  expect(await client.files.delete(file.id)).toEqual({ id: file.id, object: "file", deleted: true });
  expect((await client.files.list()).data).toEqual([]);
  expect(await failure(client.files.content(file.id))).toMatchObject({ status: 404, code: "file_not_found" });
});

test("bytes that are no text come back as they were, up to what a request carries", async () => {
  const bytes = Uint8Array.from({ length: 4 * 1024 * 1024 - 1024 }, (_, index) => (index * 7) % 256);
  const file = await upload(bytes);
  const content = new Uint8Array(await (await client.files.content(file.id)).arrayBuffer());
  expect(Buffer.compare(content, bytes)).toBe(0);
  await client.files.delete(file.id);
});

test("the client walks all pages, in both orders", async () => {
  const ids: string[] = [];
  for (let index = 0; index < 5; index += 1) ids.push((await upload(`${index}`)).id);
  const walked = async (order: "asc" | "desc"): Promise<readonly string[]> => {
    const found: string[] = [];
    for await (const { id } of client.files.list({ limit: 2, order, purpose: "batch" })) found.push(id);
    return found;
  };
  expect(await walked("asc")).toEqual(ids);
  expect(await walked("desc")).toEqual(ids.toReversed());
  await Promise.all(ids.map((id) => client.files.delete(id)));
});

describe("a file that no request can carry", () => {
  const large = new Uint8Array(6 * 1024 * 1024).fill(97);

  test("is refused with the other way to upload it", async () => {
    for (const bytes of [4.2, 7]) {
      const refusal = await failure(upload(large.subarray(0, bytes * 1024 * 1024)));
      expect(refusal).toMatchObject({ status: 413, code: "request_too_large" });
    }
  });

  test("is announced, uploaded by its URL, waited for, and read through a redirect that the client follows", async () => {
    const announced = await announce(large.length);
    expect(announced).toMatchObject({ status: "pending", bytes: large.length });
    expect(await failure(client.files.content(announced.id))).toMatchObject({
      status: 409,
      code: "file_not_ready",
    });
    expect((await put(announced, large)).status).toBe(200);
    // It is there now, and stays as it is.
    expect((await put(announced, large.slice().fill(98))).status).toBe(412);
    const file = await client.files.waitForProcessing(announced.id, { pollInterval: 10 });
    expect(file.status).toBe("processed");
    const content = new Uint8Array(await (await client.files.content(file.id)).arrayBuffer());
    expect(Buffer.compare(content, large)).toBe(0);
    await client.files.delete(file.id);
  });

  test("of another size than was announced is an error that waiting ends with", async () => {
    const announced = await announce(large.length);
    await put(announced, large.slice(1));
    expect(await client.files.waitForProcessing(announced.id, { pollInterval: 10 })).toMatchObject({
      status: "error",
      status_details: expect.stringContaining("size"),
    });
    await client.files.delete(announced.id);
  });
});

describe("what is refused", () => {
  const send = async (body: string | FormData, headers: Record<string, string> = {}) => {
    const response = await fetch(`${platform.platform.baseUrl}/files`, {
      method: "POST",
      body,
      headers: { authorization: `Bearer ${apiKey}`, ...headers },
    });
    const { error } = (await response.json()) as { readonly error: Record<string, unknown> };
    return { status: response.status, code: error["code"], param: error["param"] };
  };
  const form = (fields: Record<string, string | File>): FormData => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    return form;
  };
  const file = new File([lines], "a.jsonl");
  const invalid = { status: 400, code: "invalid_request" };

  test("broken forms, missing fields, other purposes, paths", async () => {
    expect(await send("--x", { "content-type": "multipart/form-data; boundary=x" })).toEqual({
      ...invalid,
      param: null,
    });
    expect(await send(form({ purpose: "batch" }))).toEqual({ ...invalid, param: "file" });
    expect(await send(form({ file }))).toEqual({ ...invalid, param: "purpose" });
    expect(await send(form({ file, purpose: "vision" }))).toEqual({ ...invalid, param: "purpose" });
    const path = new File([lines], `../${canary}`);
    expect(await send(form({ file: path, purpose: "batch" }))).toEqual({ ...invalid, param: "file" });
    expect(await send("a=b", { "content-type": "application/x-www-form-urlencoded" })).toMatchObject({
      status: 415,
      code: "unsupported_media_type",
    });
  });

  test("a key that may not infer", async () => {
    const management = platform.client(await platform.issue({ customer, scopes: ["admin"] }));
    expect(await failure(management.files.list())).toMatchObject({ status: 403, code: "scope_missing" });
    expect(await failure(management.files.content("file_x"))).toMatchObject({ status: 403 });
  });
});

test("another customer's file is as unknown as none at all, on every route", async () => {
  const [theirs, pending] = [await upload(), await announce(10)];
  const unknown = `${theirs.id.slice(0, -4)}0000`;
  const routes = [
    (id: string) => stranger.files.retrieve(id),
    (id: string) => stranger.files.content(id),
    (id: string) => stranger.files.delete(id),
  ];
  for (const route of routes) {
    const refusal = await failure(route(unknown));
    expect(refusal).toMatchObject({ status: 404, code: "file_not_found" });
    for (const id of [theirs.id, pending.id]) expect(await failure(route(id))).toEqual(refusal);
  }
  expect((await stranger.files.list()).data).toEqual([]);
  expect((await stranger.files.list({ after: pending.id, order: "asc" })).data).toEqual([]);
  expect(await (await client.files.content(theirs.id)).text()).toBe(lines);
});

test("a page of files is one query, and neither content nor name of a file is in any log", async () => {
  const { callLog } = platform.platform.cloud;
  callLog.start();
  await client.files.list();
  callLog.stop();
  expect(callLog.calls().filter(({ action }) => action.startsWith("dynamodb:"))).toMatchObject([
    { action: "dynamodb:Query" },
  ]);
  const text = textOf(platform.log);
  expect(text).toContain("/v1/files");
  expect(text).not.toContain(canary);
  expect(text).not.toContain("X-Amz-Signature");
  expect(platform.platform.cloud.denials()).toEqual([]);
});
