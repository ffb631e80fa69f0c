import * as fc from "fast-check";
import type { HttpEvent } from "../../../functions/http/event.ts";
import { httpEvent } from "../http-event.ts";
import { present } from "../present.ts";
import { wave } from "../wave.ts";
import { type AttackedTask, attackedTasks } from "./attacked-tasks.ts";
import { hostileHeaders } from "./hostile-headers.ts";
import {
  type Corruption,
  type Mutation,
  corrupted,
  corruption,
  mutatedJson,
  mutation,
} from "./hostile-json.ts";

export type HostileRequest = {
  readonly resource: string;
  readonly streams: boolean;
  readonly mutations: readonly Mutation[];
  readonly corruption: Corruption;
  readonly headers: Readonly<Record<string, string>>;
  /** How API Gateway hands the body on. */
  readonly encoding: "text" | "base64" | "no body" | "neither";
  /** In the path, for a route that has one. */
  readonly model: string | undefined;
};

/** Requests that nearly are what a route takes: most are still valid, or wrong in one place. */
export const hostileRequest = (resource: string): fc.Arbitrary<HostileRequest> =>
  fc.record({
    resource: fc.constant(resource),
    streams: fc.boolean(),
    mutations: fc.oneof(
      { weight: 1, arbitrary: fc.constant([]) },
      { weight: 2, arbitrary: fc.array(mutation, { minLength: 1, maxLength: 3 }) },
    ),
    corruption,
    headers: hostileHeaders,
    encoding: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom("text", "base64") },
      { weight: 1, arbitrary: fc.constantFrom("no body", "neither") },
    ),
    model: fc.oneof(
      { weight: 8, arbitrary: fc.constant("attacked") },
      {
        weight: 1,
        arbitrary: fc.constantFrom(undefined, "", "__proto__", "constructor", "../x", "attacked\u0000", "é"),
      },
    ),
  });

export const taskOf = ({ resource }: Pick<HostileRequest, "resource">): AttackedTask =>
  present(attackedTasks.find((task) => task.resource === resource));

export const formBoundary = "attack-boundary";
const recording = wave({ channels: 1, samplesPerSecond: 8000, bitsPerSample: 16 }, 32_000);

/** The members of an object as a form's fields, one that is a list as often as it has items; `file` is a recording. */
const formOf = (json: string): Buffer => {
  const fields = Object.entries(JSON.parse(json) as object).flatMap(([name, value]: [string, unknown]) =>
    (Array.isArray(value) ? value.slice(0, 50) : [value]).map((item: unknown) => [name, item] as const),
  );
  const parts = fields.flatMap(([name, item]) => [
    Buffer.from(
      name === "file"
        ? `--${formBoundary}\r\nContent-Disposition: form-data; name="file"; filename="${typeof item === "string" ? item : "x"}.wav"\r\nContent-Type: audio/wav\r\n\r\n`
        : `--${formBoundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`,
    ),
    name === "file" ? recording : Buffer.from(typeof item === "string" ? item : JSON.stringify(item)),
    Buffer.from("\r\n"),
  ]);
  return Buffer.concat([...parts, Buffer.from(`--${formBoundary}--\r\n`)]);
};

/** Its fields, mutated; a form of what cannot be one is a form of nothing. */
export const formBody = (json: string): string => {
  try {
    return formOf(json).toString("latin1");
  } catch {
    return formOf("{}").toString("latin1");
  }
};

const bodyOf = (task: AttackedTask, { streams, mutations, corruption }: HostileRequest): Buffer => {
  const valid = task.streamed && streams ? task.streamed : task.valid;
  const json = mutatedJson(valid, mutations);
  return task.isForm ? corrupted(formBody(json), corruption) : corrupted(json, corruption);
};

/** As API Gateway hands it to the function. */
export const eventOf = (request: HostileRequest): HttpEvent => {
  const { headers, encoding, model } = request;
  const task = taskOf(request);
  const bytes = bodyOf(task, request);
  const contentType = task.isForm ? `multipart/form-data; boundary=${formBoundary}` : "application/json";
  return httpEvent({
    resource: task.resource,
    headers: { "Content-Type": contentType, ...headers },
    pathParameters: task.resource.includes("{") && model !== undefined ? { model } : null,
    body:
      encoding === "no body"
        ? null
        : bytes.toString(encoding === "base64" ? "base64" : task.isForm ? "latin1" : "utf8"),
    isBase64Encoded: encoding === "base64" || encoding === "neither",
  });
};
