import { setTimeout as sleep } from "node:timers/promises";
import { dynamodb } from "./aws.mjs";

/** Streams `count` parts, then records how many it could write: also when its reader is gone. */
export const handler = awslambda.streamifyResponse(async (event, responseStream) => {
  const { id, count, everyMs = 0, fail = "" } = JSON.parse(event.body);
  const gone = new AbortController();
  responseStream.on("error", (error) => gone.abort(error.code));
  const http = awslambda.HttpResponseStream.from(responseStream, {
    statusCode: 200,
    headers: { "content-type": "text/plain" },
  });
  let written = 0;
  while (written < count && !gone.signal.aborted) {
    http.write(`part ${written};`);
    written += 1;
    await sleep(everyMs);
    if (fail === "throw" && written === 2) throw new Error("failed midway");
    if (fail === "exit" && written === 2) process.exit(3);
  }
  await dynamodb("PutItem", {
    Item: {
      pk: { S: id },
      sk: { S: "stream" },
      written: { N: String(written) },
      gone: { S: gone.signal.reason ?? "" },
    },
  });
  http.end();
});
