import { buffered } from "../http/pipeline.ts";
import { refused } from "../http/response.ts";
import { randomBytes, systemClock } from "../system.ts";
import { answerFiles } from "./answer-files.ts";
import { fileCallerOf } from "./file-caller.ts";
import { filePorts } from "./file-ports.ts";

const answer = answerFiles({ ...filePorts(), randomBytes });

/** `POST /v1/files`, `GET /v1/files`, `GET /v1/files/{id}`, `DELETE /v1/files/{id}`. */
export const handler = buffered(async (event, scope) => {
  const caller = fileCallerOf(event, scope);
  return caller.ok ? answer(caller.customer, event, systemClock.now()) : refused(caller.refusal);
});
