import { isJsonObject, parseJsonObject } from "../../../core/json.ts";
import { errorTable } from "../../../functions/http/error-table.ts";
import { secrets } from "./attacked-tasks.ts";

export type Seen = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
};

/** Stack frames, files of ours, errors in our words, names of AWS, addresses of models, key material. */
const internals = [
  String.raw`\n\s+at \S+ \(|/var/task|node_modules|\.ts:\d`,
  String.raw`(?:Type|Range|Syntax|Zod)Error\b|invalid_type|\[object `,
  String.raw`\barn:aws|ConditionalCheckFailed|farebox-(?:e2e|dev)-`,
  String.raw`fbx_(?:test|live)_\w{26}`,
  `${secrets.url.slice("http://".length)}|${secrets.endpointName}`,
].join("|");
const internal = new RegExp(internals);

/** Reads an answer as an attacker would. Undefined for one without a failure of ours, that tells nothing, in OpenAI's shape. */
export const harmIn = ({ status, headers, body }: Seen): string | undefined => {
  if (status === 500) return "a failure of ours";
  const told = internal.exec(JSON.stringify(headers) + body);
  if (told) return `told: ${told[0]}`;
  if (Object.values(headers).some((value = "") => /[\r\n\0]/.test(value))) return "a header of several lines";
  return status < 400 ? undefined : harmInError(status, body);
};

const harmInError = (status: number, body: string): string | undefined => {
  const error = parseJsonObject(body)?.["error"];
  if (!isJsonObject(error)) return "an error of another shape";
  const { code, message, ...others } = error;
  if (Object.keys(others).toSorted().join() !== "param,type") return "an error of other members";
  const rendering = Object.entries(errorTable).find(([name]) => name === code)?.[1];
  if (rendering?.status !== status) return `the code ${String(code)} with status ${status}`;
  if (typeof message !== "string" || !/\w{3}.*\.$/s.test(message)) return "no sentence";
  return body.includes("secret-") ? "words of the model server" : undefined;
};
