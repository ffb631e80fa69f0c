import type { OutgoingHttpHeaders } from "node:http";
import type { S3Request } from "./s3-request.ts";
import { xmlDocument } from "./xml.ts";

export function answerXml(
  request: S3Request,
  root: string,
  content: readonly (string | undefined)[],
  headers: OutgoingHttpHeaders = {},
): void {
  const body = Buffer.from(xmlDocument(root, content));
  request.response.writeHead(200, {
    ...headers,
    "content-type": "application/xml",
    "content-length": body.length,
  });
  request.response.end(body);
}

export function answerEmpty(request: S3Request, status: number, headers: OutgoingHttpHeaders = {}): void {
  // A 204 and a 304 have no content, so no length either; an answer to HEAD tells that of the object.
  const length = status === 200 && request.method !== "HEAD" ? { "content-length": 0 } : {};
  request.response.writeHead(status, { ...headers, ...length });
  request.response.end();
}
