import { setTimeout as sleep } from "node:timers/promises";

/** Streams until its reader is gone, then says so in its log. */
export const handler = awslambda.streamifyResponse(async (_event, responseStream) => {
  const gone = new AbortController();
  responseStream.on("error", () => gone.abort());
  while (!gone.signal.aborted) {
    responseStream.write("more;");
    await sleep(5);
  }
  // After a pause: whoever records what was delivered needs time for it.
  await sleep(50);
  process.stdout.write("the reader is gone\n");
});
