import { announceFile } from "../../core/files/announce-file.ts";
import { findFile } from "../../core/files/find-file.ts";
import { listFiles } from "../../core/files/list-files.ts";
import type { FilePorts } from "../../core/files/ports.ts";
import { removeFile } from "../../core/files/remove-file.ts";
import { storeFile } from "../../core/files/store-file.ts";
import type { CustomerId, RandomBytes } from "../../core/identifiers.ts";
import type { Refusal } from "../../core/inference/refusal.ts";
import type { EpochMs } from "../../core/time.ts";
import { type HttpEvent, headerOf } from "../http/event.ts";
import { readJsonBody } from "../http/json-body.ts";
import { type Response, json, refused } from "../http/response.ts";
import { fileIdOf, fileNotFound } from "./file-id.ts";
import { readAnnouncement } from "./read-announcement.ts";
import { readFileQuery } from "./read-file-query.ts";
import { readUpload } from "./read-upload.ts";
import { seconds, showFile } from "./show-file.ts";

type Ports = FilePorts & { readonly randomBytes: RandomBytes };
type AnswerRoute = (
  ports: Ports,
) => (customer: CustomerId, event: HttpEvent, now: EpochMs) => Promise<Response>;

/** `POST /v1/files`: a file in the request, or the announcement of one that is uploaded by itself. */
const create: AnswerRoute = (ports) => async (customer, event, now) => {
  const mediaType = headerOf(event, "content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  if (mediaType === "multipart/form-data") {
    const read = await readUpload(event);
    if (!read.ok) return refused(read.refusal);
    return json(200, showFile(await storeFile(ports)(customer, read.upload, now)));
  }
  if (mediaType !== "application/json") return refused(unsupportedMediaType);
  const body = readJsonBody(event);
  if (!body.ok) return refused(body.refusal);
  const read = readAnnouncement(body.value);
  if (!read.ok) return refused(read.refusal);
  const { file, upload } = await announceFile(ports)(customer, read.announcement, now);
  const { url, headers, until } = upload;
  return json(200, {
    ...showFile(file),
    upload: { method: "PUT", url, headers, expires_at: seconds(until) },
  });
};

/** `GET /v1/files` */
const list: AnswerRoute = (ports) => async (customer, event, now) => {
  const read = readFileQuery(event.queryStringParameters);
  if (!read.ok) return refused(read.refusal);
  const { files, hasMore } = await listFiles(ports)(customer, read.query, now);
  return json(200, {
    object: "list",
    data: files.map(showFile),
    first_id: files[0]?.id ?? null,
    last_id: files.at(-1)?.id ?? null,
    has_more: hasMore,
  });
};

/** `GET /v1/files/{id}` */
const show: AnswerRoute = (ports) => async (customer, event, now) => {
  const id = fileIdOf(event);
  const file = id && (await findFile(ports)(customer, id, now));
  return file ? json(200, showFile(file)) : refused(fileNotFound);
};

/** `DELETE /v1/files/{id}` */
const remove: AnswerRoute = (ports) => async (customer, event, now) => {
  const id = fileIdOf(event);
  const file = id && (await findFile(ports)(customer, id, now));
  const isRemoved = file && (await removeFile(ports)(customer, file.id));
  return isRemoved ? json(200, { id, object: "file", deleted: true }) : refused(fileNotFound);
};

const routes: Readonly<Record<string, AnswerRoute>> = {
  "POST /v1/files": create,
  "GET /v1/files": list,
  "GET /v1/files/{id}": show,
  "DELETE /v1/files/{id}": remove,
};

/** Answers as the route says that API Gateway matched. */
export const answerFiles: AnswerRoute = (ports) => async (customer, event, now) => {
  const route = routes[`${event.httpMethod} ${event.resource}`];
  if (!route) throw new Error("API Gateway has a route that this function does not");
  return route(ports)(customer, event, now);
};

const unsupportedMediaType: Refusal = {
  code: "unsupported_media_type",
  message:
    "Send the file as `multipart/form-data`, or announce it with `application/json`: `purpose`, `filename` and `bytes`.",
};
