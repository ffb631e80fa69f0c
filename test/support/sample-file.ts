import type { StoredFile } from "../../core/files/file.ts";
import { parseFileName } from "../../core/files/file-name.ts";
import { fileId } from "../../core/identifiers.ts";
import { present } from "./present.ts";
import { sampleNow, samplePrincipal, sampleUlid } from "./samples.ts";

export const sampleFile = (change: Partial<StoredFile> = {}): StoredFile => ({
  id: fileId(sampleUlid("F")),
  customer: samplePrincipal.customer,
  purpose: "batch",
  name: present(parseFileName("requests.jsonl")),
  bytes: 3,
  createdAt: sampleNow,
  state: "processed",
  ...change,
});
