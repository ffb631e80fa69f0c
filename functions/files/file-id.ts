import { type FileId, parseFileId } from "../../core/identifiers.ts";
import type { Refusal } from "../../core/inference/refusal.ts";
import type { HttpEvent } from "../http/event.ts";

/** The file of a route's path; `undefined` for text that is no file's id. */
export const fileIdOf = (event: HttpEvent): FileId | undefined =>
  parseFileId(event.pathParameters?.["id"] ?? "");

/** The same for another customer's file, for one that is over, and for one that never was. */
export const fileNotFound: Refusal = {
  code: "file_not_found",
  message: "There is no such file. `GET /v1/files` lists yours; their ids start with file_.",
  param: "id",
};
