import * as z from "zod";
import { fileBytesMax, fileLifeDays, filePurposes, uploadPurposes } from "../../../../core/files/file.ts";
import { bodyBytesMax } from "../../../contract.ts";
import type { Parameter, Route } from "../route.ts";
import { anyBytes, deletedFileShape, fileListShape, fileShape } from "../shapes.ts";

const megabyte = 1024 * 1024;
const purpose = z.enum(uploadPurposes);

const id: Parameter = {
  in: "path",
  name: "id",
  description: "A file's id.",
  schema: z.string(),
  example: "$FILE_ID",
};

const file = {
  id: "file_01M8A5N67THT5DXAHCXK6Q44P4",
  object: "file",
  bytes: 120,
  created_at: 1795651200,
  expires_at: 1798243200,
  filename: "requests.jsonl",
  purpose: "batch",
  status: "processed",
};

export const fileRoutes: readonly Route[] = [
  {
    method: "post",
    path: "/v1/files",
    id: "createFile",
    group: "Files",
    summary: "Upload a file, or announce one",
    description: `A form of up to ${bodyBytesMax / megabyte} MB holds the file. A larger one, of up to ${fileBytesMax / megabyte} MB, is announced as JSON and PUT to the URL in the answer. Files are kept for ${fileLifeDays} days in the region that took them.`,
    request: {
      "multipart/form-data": {
        schema: z.object({
          purpose,
          file: z.string().meta({ contentMediaType: "application/octet-stream" }),
        }),
      },
      "application/json": {
        schema: z.strictObject({
          purpose,
          filename: z.string().min(1).max(255),
          bytes: z.int().min(1).max(fileBytesMax),
        }),
        example: { purpose: "batch", filename: "requests.jsonl", bytes: 120 },
      },
    },
    answers: [
      {
        status: 200,
        description: "The file.",
        content: { "application/json": { schema: fileShape, example: file } },
      },
    ],
    refusals: [
      "invalid_json",
      "invalid_request",
      "request_too_large",
      "unsupported_media_type",
      "scope_missing",
    ],
  },
  {
    method: "get",
    path: "/v1/files",
    id: "listFiles",
    group: "Files",
    summary: "List files",
    parameters: [
      {
        in: "query",
        name: "limit",
        description: "Files of a page; it has at most 1,000.",
        schema: z.int().min(1).max(10_000).default(100),
      },
      {
        in: "query",
        name: "order",
        description: "By their age.",
        schema: z.enum(["asc", "desc"]).default("desc"),
      },
      {
        in: "query",
        name: "after",
        description: "The last file of the page before.",
        schema: z.string().optional(),
      },
      {
        in: "query",
        name: "purpose",
        description: "Only those for this.",
        schema: z.enum(filePurposes).optional(),
      },
    ],
    answers: [
      {
        status: 200,
        description: "A page of files.",
        content: {
          "application/json": {
            schema: fileListShape,
            example: { object: "list", data: [file], first_id: file.id, last_id: file.id, has_more: false },
          },
        },
      },
    ],
    refusals: ["invalid_request", "scope_missing"],
  },
  {
    method: "get",
    path: "/v1/files/{id}",
    id: "getFile",
    group: "Files",
    summary: "Show a file",
    parameters: [id],
    answers: [
      {
        status: 200,
        description: "The file.",
        content: { "application/json": { schema: fileShape, example: file } },
      },
    ],
    refusals: ["scope_missing", "file_not_found"],
  },
  {
    method: "get",
    path: "/v1/files/{id}/content",
    id: "getFileContent",
    group: "Files",
    summary: "Read a file",
    parameters: [id],
    answers: [
      {
        status: 200,
        description: "The bytes of a small file.",
        headers: ["content-disposition"],
        content: { "application/octet-stream": { schema: anyBytes } },
      },
      { status: 302, description: "Where a large file is read.", headers: ["location"] },
    ],
    refusals: ["scope_missing", "file_not_found", "file_not_ready"],
  },
  {
    method: "delete",
    path: "/v1/files/{id}",
    id: "deleteFile",
    group: "Files",
    summary: "Delete a file",
    parameters: [id],
    answers: [
      {
        status: 200,
        description: "It is gone.",
        content: {
          "application/json": {
            schema: deletedFileShape,
            example: { id: file.id, object: "file", deleted: true },
          },
        },
      },
    ],
    refusals: ["scope_missing", "file_not_found"],
  },
];
