import { fileCallerOf } from "../files/file-caller.ts";
import { filePorts } from "../files/file-ports.ts";
import { streaming } from "../http/pipeline.ts";
import { refused } from "../http/response.ts";
import { systemClock } from "../system.ts";
import { answerContent } from "./answer-content.ts";

const answer = answerContent(filePorts());

/** `GET /v1/files/{id}/content`: apart from the other routes of files, because bytes need an answer that streams. */
export const handler = streaming(async (event, scope) => {
  const caller = fileCallerOf(event, scope);
  return caller.ok ? answer(caller.customer, event, systemClock.now()) : refused(caller.refusal);
});
