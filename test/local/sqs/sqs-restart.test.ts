import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createKms } from "../../../local/kms/kms.ts";
import type { Queue } from "../../../local/sqs/queue.ts";
import { createSqs } from "../../../local/sqs/sqs.ts";
import { fakeClock } from "../events/fake-clock.ts";
import { fakeDeployment } from "../s3/fake-deployment.ts";
import { fakeQueue, queueArn } from "./fake-queue.ts";

let stateDir = "";
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), "farebox-test-"));
});
afterEach(() => rmSync(stateDir, { recursive: true }));

test("messages survive a restart as they were: in order, deleted, in flight with their receipts", async () => {
  const clock = fakeClock();
  const deployment = fakeDeployment([fakeQueue("kept")]);
  /** As after a start: whatever is known comes from the state folder. */
  const started = (): Queue => {
    const endpointUrl = "http://sqs.local";
    const queue = createSqs(deployment, { kms: createKms(deployment), endpointUrl, stateDir, clock }).queue(
      queueArn("kept"),
    );
    if (queue === undefined) throw new Error("no queue");
    return queue;
  };
  const first = started();
  for (const body of ["deleted", "in flight", "waiting", "last"]) first.send(body, "tester:session");
  const [deleted, inFlight] = first.receive({ messagesMax: 2 });
  first.delete(deleted?.receiptHandle ?? "");

  const second = started();
  expect(second.counts()).toEqual({ visible: 2, inFlight: 1, delayed: 0 });
  expect(second.receive({ messagesMax: 10 }).map(({ body }) => body)).toEqual(["waiting", "last"]);
  second.delete(inFlight?.receiptHandle ?? "");
  second.send("after", "tester:session");

  const third = started();
  expect(third.counts()).toEqual({ visible: 1, inFlight: 2, delayed: 0 });
  await clock.advance(30_000);
  expect(third.receive({ messagesMax: 10 }).map(({ body }) => body)).toEqual(["waiting", "last", "after"]);
});
