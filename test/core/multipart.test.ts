import * as fc from "fast-check";
import { expect, test } from "vitest";
import { writeForm } from "../../core/multipart.ts";

test("what is written is read by others as it was meant, whatever is in it", () =>
  fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 200 }),
      fc.stringMatching(/^[a-z\- 0-9]{0,40}$/),
      fc.nat(3),
      async (noise, text, boundaries) => {
        // Contents that look like the boundary do not end early.
        const decoys = Array.from({ length: boundaries }, (_, index) => `\r\n--farebox-${index}--\r\n`).join(
          "",
        );
        const content = new Uint8Array([...noise, ...new TextEncoder().encode(decoys)]);
        const { contentType, body } = writeForm([
          { name: "model", text },
          { name: "timestamp_granularities[]", text: "word" },
          { name: "timestamp_granularities[]", text: "segment" },
          { name: "file", fileName: "audio.wav", contentType: "audio/wav", content },
        ]);
        const headers = { "content-type": contentType };
        const form = await new Response(Buffer.from(body), { headers }).formData();
        expect(form.get("model")).toBe(text);
        expect(form.getAll("timestamp_granularities[]")).toEqual(["word", "segment"]);
        const file = form.get("file");
        if (!(file instanceof File)) throw new Error("no file");
        expect([file.name, file.type]).toEqual(["audio.wav", "audio/wav"]);
        expect(await file.bytes()).toEqual(content);
      },
    ),
  ));
