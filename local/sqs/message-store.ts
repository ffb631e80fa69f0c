import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { writeJson } from "../s3/write-json.ts";
import type { Message } from "./message.ts";

/** Where a queue's messages outlive this process, if anywhere. */
export type MessageStore = {
  /** What an earlier process left, in the order in which it was sent. */
  readonly kept: readonly Message[];
  put(message: Message): void;
  remove(id: string): void;
};

export const messagesInMemory: MessageStore = { kept: [], put: () => undefined, remove: () => undefined };

const schema = z.strictObject({
  id: z.uuid(),
  sequence: z.number(),
  body: z.string(),
  senderId: z.string(),
  sentAtMs: z.number(),
  visibleAtMs: z.number(),
  receiveCount: z.number(),
  firstReceivedAtMs: z.number().exactOptional(),
  receiptHandle: z.string().exactOptional(),
});

const ending = ".json";

/** One file per message, so that a change costs the same however long the queue is. */
export function messagesInFolder(folder: string): MessageStore {
  mkdirSync(folder, { recursive: true });
  const fileOf = (id: string): string => join(folder, `${id}${ending}`);
  const kept = readdirSync(folder)
    // A file that a crash left half-written ends otherwise: the message keeps its state of before.
    .filter((name) => name.endsWith(ending))
    .map((name) => schema.parse(JSON.parse(readFileSync(join(folder, name), "utf8"))));
  return {
    kept: kept.toSorted((one, other) => one.sequence - other.sequence),
    put: (message) => writeJson(fileOf(message.id), message),
    remove: (id) => rmSync(fileOf(id), { force: true }),
  };
}
