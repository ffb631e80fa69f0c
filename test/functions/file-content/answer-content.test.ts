import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import type { StoredFile } from "../../../core/files/file.ts";
import { parseFileName } from "../../../core/files/file-name.ts";
import { bodyBytesMax } from "../../../functions/contract.ts";
import { answerContent } from "../../../functions/file-content/answer-content.ts";
import { httpEvent } from "../../support/http-event.ts";
import { memoryFileContents, memoryFileRecords } from "../../support/memory-files.ts";
import { present } from "../../support/present.ts";
import { sampleFile } from "../../support/sample-file.ts";
import { sampleNow } from "../../support/samples.ts";

const bytes = Uint8Array.of(0, 255, 10);

const contentOf = async (file: StoredFile, content?: Uint8Array) => {
  const [records, contents] = [memoryFileRecords(), memoryFileContents()];
  await records.add(file);
  if (content) await contents.write(file, content);
  const event = httpEvent({ pathParameters: { id: file.id } });
  const response = await answerContent({ records, contents })(file.customer, event, sampleNow);
  const body = response.body instanceof Readable ? await buffer(response.body) : Buffer.from(response.body);
  return { ...response, body };
};

describe("a file's content", () => {
  test("comes as it is, for no browser to run", async () => {
    const name = present(parseFileName("it's (ü).jsonl"));
    expect(await contentOf(sampleFile({ name }), bytes)).toEqual({
      statusCode: 200,
      headers: {
        "content-type": "application/octet-stream",
        "content-disposition": "attachment; filename*=UTF-8''it%27s%20%28%C3%BC%29.jsonl",
        "x-content-type-options": "nosniff",
      },
      body: Buffer.from(bytes),
    });
  });

  test("of a file that no request could carry is read where it lies", async () => {
    const file = sampleFile({ bytes: bodyBytesMax + 1 });
    expect(await contentOf(file)).toMatchObject({
      statusCode: 302,
      headers: {
        location: expect.stringContaining(`${file.customer}/${file.id}`),
        "cache-control": "no-store",
      },
    });
  });

  test("of a file that has just been uploaded is there", async () => {
    expect(await contentOf(sampleFile({ state: "pending" }), bytes)).toMatchObject({ statusCode: 200 });
  });

  test.each<[string, StoredFile, Uint8Array | undefined]>([
    ["was not uploaded", sampleFile({ state: "pending" }), undefined],
    ["was uploaded in part", sampleFile({ state: "pending", bytes: 4 }), bytes],
  ])("of a file that %s is refused", async (_, file, content) => {
    const { statusCode, body } = await contentOf(file, content);
    expect([statusCode, JSON.parse(body.toString()).error.code]).toEqual([409, "file_not_ready"]);
  });
});
