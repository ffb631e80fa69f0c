import * as fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { fileBytesMax } from "../../../core/files/file.ts";
import { fileId, parseFileId } from "../../../core/identifiers.ts";
import { after } from "../../../core/time.ts";
import { bodyBytesMax } from "../../../functions/contract.ts";
import { answerFiles } from "../../../functions/files/answer-files.ts";
import type { HttpEvent } from "../../../functions/http/event.ts";
import { httpEvent } from "../../support/http-event.ts";
import {
  type MemoryFileContents,
  memoryFileContents,
  memoryFileRecords,
} from "../../support/memory-files.ts";
import { present } from "../../support/present.ts";
import { countingBytes, sampleCustomer, sampleNow, sampleUlid } from "../../support/samples.ts";

let contents: MemoryFileContents;
let answer: ReturnType<typeof answerFiles>;
beforeEach(() => {
  contents = memoryFileContents();
  answer = answerFiles({ records: memoryFileRecords(), contents, randomBytes: countingBytes() });
});

const call = async (change: Partial<HttpEvent>, ageMs = 0, customer = sampleCustomer.id) => {
  const { statusCode, body } = await answer(customer, httpEvent(change), after(sampleNow, ageMs));
  return { statusCode, body: JSON.parse(body) };
};

const boundary = "farebox-boundary";
const part = (disposition: string, content: string): string =>
  `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`;
const purposePart = part('name="purpose"', "batch");
const filePart = part('name="file"; filename="requests.jsonl"', '{"a":1}\n');
const end = `--${boundary}--\r\n`;

const post = (
  body: string | Uint8Array,
  contentType = `multipart/form-data; boundary=${boundary}`,
  ageMs = 0,
) =>
  call(
    {
      resource: "/v1/files",
      headers: { "Content-Type": contentType },
      body: Buffer.from(body).toString("base64"),
      isBase64Encoded: true,
    },
    ageMs,
  );
const announce = (body: unknown) => post(JSON.stringify(body), "application/json");
const announcement = { purpose: "batch", filename: "big.jsonl", bytes: 100 };
const get = (id: string, ageMs = 0) =>
  call({ httpMethod: "GET", resource: "/v1/files/{id}", pathParameters: { id } }, ageMs);
const remove = (id: string, ageMs = 0) =>
  call({ httpMethod: "DELETE", resource: "/v1/files/{id}", pathParameters: { id } }, ageMs);
const list = (queryStringParameters: HttpEvent["queryStringParameters"] = null, ageMs = 0) =>
  call({ httpMethod: "GET", resource: "/v1/files", queryStringParameters }, ageMs);

const keyOf = (id: string) => ({ customer: sampleCustomer.id, id: present(parseFileId(id)) });
const dayMs = 24 * 3_600_000;

describe("an upload", () => {
  test("becomes a file with the bytes that were sent", async () => {
    const { statusCode, body } = await post(purposePart + filePart + end);
    expect(statusCode).toBe(200);
    expect(body).toEqual({
      id: expect.stringMatching(/^file_[0-9A-Z]{26}$/),
      object: "file",
      bytes: 8,
      created_at: sampleNow / 1000,
      expires_at: sampleNow / 1000 + 30 * 24 * 3600,
      filename: "requests.jsonl",
      purpose: "batch",
      status: "processed",
    });
    expect(Buffer.from(await contents.read(keyOf(body.id))).toString()).toBe('{"a":1}\n');
    expect(await get(body.id)).toEqual({ statusCode: 200, body });
  });

  test("of any bytes at all keeps them as they are, in either order of the fields", () =>
    fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.boolean(),
        async (bytes, fileFirst) => {
          const form = new FormData();
          if (!fileFirst) form.set("purpose", "batch");
          form.set("file", new File([bytes.slice()], "ü 😀.bin"));
          if (fileFirst) form.set("purpose", "batch");
          const request = new Response(form);
          const body = new Uint8Array(await request.arrayBuffer());
          const { body: file } = await post(body, request.headers.get("content-type") ?? "");
          expect(file.filename).toBe("ü 😀.bin");
          expect(new Uint8Array(await contents.read(keyOf(file.id)))).toEqual(bytes);
        },
      ),
    ));

  test.each<[string, string, string | undefined]>([
    ["no body", "", undefined],
    ["a body that ends early", purposePart + filePart, undefined],
    ["a part without an end", `--${boundary}\r\nContent-Disposition: form-data; name="file"`, undefined],
    ["another boundary", (purposePart + filePart + end).replaceAll(boundary, "other"), undefined],
    ["no file", purposePart + end, "file"],
    ["a file that is text", `${purposePart}${part('name="file"', "text")}${end}`, "file"],
    ["two files", purposePart + filePart + filePart + end, "file"],
    ["an empty file", `${purposePart}${part('name="file"; filename="a"', "")}${end}`, "file"],
    ["no purpose", filePart + end, "purpose"],
    ["another purpose", `${part('name="purpose"', "fine-tune")}${filePart}${end}`, "purpose"],
    ["two purposes", purposePart + purposePart + filePart + end, "purpose"],
    [
      "a purpose that is a file",
      `${part('name="purpose"; filename="p"', "batch")}${filePart}${end}`,
      "purpose",
    ],
    [
      "a field more",
      `${purposePart}${filePart}${part('name="expires_after[seconds]"', "3600")}${end}`,
      undefined,
    ],
    ["a name upwards", `${purposePart}${part('name="file"; filename="../../a"', "x")}${end}`, "file"],
    [
      "a name that ends a header",
      `${purposePart}${part('name="file"; filename="a%0D%0Ab: c"', "x")}${end}`,
      "file",
    ],
  ])("with %s is refused", async (_, body, param) => {
    const { statusCode, body: answered } = await post(body);
    expect({ statusCode, ...answered.error }).toMatchObject({
      statusCode: 400,
      type: "invalid_request_error",
      code: "invalid_request",
      param: param ?? null,
      message: expect.stringMatching(/\.$/),
    });
    expect((await list()).body.data).toEqual([]);
  });

  test("that is larger than a request may be is refused, with the other way", async () => {
    const large = new Uint8Array(bodyBytesMax + 1);
    const { statusCode, body } = await post(large);
    expect(statusCode).toBe(413);
    expect(body.error.message).toContain('"bytes"');
  });

  test.each(["text/plain", "", "multipart/form-data", "multipart/form-data; boundary="])(
    "of the type %j is refused",
    async (contentType) => {
      const { statusCode } = await post(purposePart + filePart + end, contentType);
      expect(statusCode).toBe(contentType.startsWith("multipart/form-data") ? 400 : 415);
    },
  );
});

describe("an announced file", () => {
  test("is pending until somebody asks after it was uploaded", async () => {
    const { statusCode, body } = await announce(announcement);
    expect(statusCode).toBe(200);
    const { upload, ...file } = body;
    expect(file).toMatchObject({ bytes: 100, filename: "big.jsonl", status: "pending" });
    expect(upload).toEqual({
      method: "PUT",
      url: expect.stringContaining(`${file.id}?bytes=100`),
      headers: { "if-none-match": "*" },
      expires_at: sampleNow / 1000 + 3600,
    });
    expect((await get(file.id)).body).toEqual(file);
    contents.upload(keyOf(file.id), new Uint8Array(100));
    expect((await get(file.id)).body).toEqual({ ...file, status: "processed" });
    expect((await list()).body.data).toEqual([{ ...file, status: "processed" }]);
  });

  test("of which other bytes came than were announced is an error, and stays one", async () => {
    const { body } = await announce(announcement);
    contents.upload(keyOf(body.id), new Uint8Array(99));
    expect((await get(body.id)).body).toMatchObject({ status: "error", status_details: expect.any(String) });
    contents.upload(keyOf(body.id), new Uint8Array(100));
    expect((await get(body.id)).body).toMatchObject({ status: "error" });
  });

  test("that nobody uploaded is an error in the end", async () => {
    const { body } = await announce(announcement);
    expect((await get(body.id, 3_600_000)).body).toMatchObject({ status: "pending" });
    expect((await get(body.id, 7_200_000)).body).toMatchObject({ status: "error" });
  });

  test("may have 200 MB", async () => {
    expect((await announce({ ...announcement, bytes: fileBytesMax })).statusCode).toBe(200);
    const { statusCode, body } = await announce({ ...announcement, bytes: fileBytesMax + 1 });
    expect([statusCode, body.error.param]).toEqual([413, "bytes"]);
  });

  test.each<[string, unknown, string | null]>([
    ["nothing", {}, "purpose"],
    ["another purpose", { ...announcement, purpose: "vision" }, "purpose"],
    ["no name", { purpose: "batch", bytes: 1 }, "filename"],
    ["a path", { ...announcement, filename: "a/b" }, "filename"],
    ["a name that is no text", { ...announcement, filename: ["a"] }, "filename"],
    ["no size", { purpose: "batch", filename: "a" }, "bytes"],
    ["no bytes", { ...announcement, bytes: 0 }, "bytes"],
    ["part of a byte", { ...announcement, bytes: 1.5 }, "bytes"],
    ["a size in words", { ...announcement, bytes: "100" }, "bytes"],
    ["a member more", { ...announcement, url: "https://example.com" }, null],
  ])("with %s is refused", async (_, body, param) => {
    const { statusCode, body: answered } = await announce(body);
    expect([statusCode, answered.error.code, answered.error.param]).toEqual([400, "invalid_request", param]);
  });

  test("that is no JSON is refused", async () => {
    expect((await post("{", "application/json")).body.error.code).toBe("invalid_json");
  });
});

describe("the list", () => {
  const upload = (ageMs: number) => post(purposePart + filePart + end, undefined, ageMs);

  test("has the latest first, page by page, until there are no more", async () => {
    const ids: string[] = [];
    for (const age of [0, 1, 2]) ids.unshift((await upload(age)).body.id);
    const first = await list({ limit: "2" });
    expect(first.body).toMatchObject({ object: "list", has_more: true, first_id: ids[0], last_id: ids[1] });
    expect(first.body.data.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2));
    const second = await list({ limit: "2", after: ids[1] });
    expect(second.body).toMatchObject({ has_more: false, first_id: ids[2], last_id: ids[2] });
    const oldestFirst = await list({ order: "asc", purpose: "batch", limit: "10000" });
    expect(oldestFirst.body.data.map(({ id }: { id: string }) => id)).toEqual(ids.toReversed());
    expect(oldestFirst.body.has_more).toBe(false);
  });

  test("of nobody's files is empty", async () => {
    expect(await list()).toEqual({
      statusCode: 200,
      body: { object: "list", data: [], first_id: null, last_id: null, has_more: false },
    });
  });

  test.each<[string, Record<string, string>, string | null]>([
    ["no page", { limit: "0" }, "limit"],
    ["a page too long", { limit: "10001" }, "limit"],
    ["part of a file", { limit: "1.5" }, "limit"],
    ["another order", { order: "name" }, "order"],
    ["no id to go on from", { after: "file_1" }, "after"],
    ["another purpose", { purpose: "vision" }, "purpose"],
    ["another parameter", { customer: "cus_1" }, null],
  ])("with %s is refused", async (_, parameters, param) => {
    const { statusCode, body } = await list(parameters);
    expect([statusCode, body.error.code, body.error.param]).toEqual([400, "invalid_request", param]);
  });
});

describe("a file", () => {
  test("that is deleted is gone, with its bytes", async () => {
    const { body } = await post(purposePart + filePart + end);
    expect((await remove(body.id)).body).toEqual({ id: body.id, object: "file", deleted: true });
    expect(await contents.size(keyOf(body.id))).toBeUndefined();
    expect((await remove(body.id)).statusCode).toBe(404);
    expect((await list()).body.data).toEqual([]);
  });

  test("that is over, another's, unknown, or no id at all is not found, all in the same words", async () => {
    const { body } = await post(purposePart + filePart + end);
    const expired = await get(body.id, 30 * dayMs);
    expect(expired.statusCode).toBe(404);
    expect((await list(null, 30 * dayMs)).body.data).toEqual([]);
    expect(await remove(body.id, 30 * dayMs)).toEqual(expired);
    expect(await get(fileId(sampleUlid("0")))).toEqual(expired);
    expect(await get("../secret")).toEqual(expired);
    const [other] = [sampleUlid("X")].map((ulid) => ({
      ...sampleCustomer,
      id: `cus_${ulid}` as typeof sampleCustomer.id,
    }));
    for (const httpMethod of ["GET", "DELETE"]) {
      const event = { httpMethod, resource: "/v1/files/{id}", pathParameters: { id: body.id } };
      expect(await call(event, 0, other?.id)).toEqual(expired);
    }
    expect((await get(body.id)).statusCode).toBe(200);
  });
});
