type Header = { readonly description: string; readonly example: string };

/** Every header that an answer can have besides those of HTTP itself. */
export const headers = {
  "x-request-id": {
    description: "The request's id. One that was admitted can be looked up: `GET /v1/generations/{id}`.",
    example: "req_01M8A5N67THT5DXAHCXK6Q44P401M8A5N67THT5DXAHCXK6Q44P5",
  },
  "x-farebox-model": { description: "The version that answered.", example: "tiny-chat@1.0.0" },
  "x-farebox-artifact": {
    description: "The digest of the weights that it answered from, where they are known.",
    example: "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  },
  deprecation: {
    description: "Since when the version is deprecated (RFC 9745). Absent: it is not.",
    example: "@1793491200",
  },
  sunset: {
    description: "From when on the version is refused (RFC 8594).",
    example: "Mon, 01 Mar 2027 00:00:00 GMT",
  },
  link: {
    description: "The model to call instead of a deprecated version (RFC 5829).",
    example: '<../models/tiny-chat>; rel="successor-version"',
  },
  "x-ratelimit-limit-requests": { description: "Requests a minute.", example: "60" },
  "x-ratelimit-remaining-requests": { description: "What is left of them.", example: "59" },
  "x-ratelimit-reset-requests": { description: "When all of them are back.", example: "1m0s" },
  "x-ratelimit-limit-tokens": { description: "Tokens a minute.", example: "10000" },
  "x-ratelimit-remaining-tokens": { description: "What is left of them.", example: "9872" },
  "x-ratelimit-reset-tokens": { description: "When all of them are back.", example: "7.5s" },
  "idempotent-replayed": {
    description:
      "`true` on an answer that was given before under this `Idempotency-Key`. It is not billed again.",
    example: "true",
  },
  "x-farebox-cost": { description: "What the request cost: exact dollars.", example: "0.0001" },
  "retry-after": {
    description: "Seconds after which the same request can succeed. Absent: it cannot; change something.",
    example: "1",
  },
  "x-should-retry": {
    description: "`false` where OpenAI's clients would send the request again in vain, going by its status.",
    example: "false",
  },
  etag: { description: "The version of what was sent, for `If-None-Match`.", example: '"5f1c9b"' },
  location: { description: "Where the content is read, for five minutes.", example: "https://…" },
  "content-disposition": {
    description: "The file's name.",
    example: "attachment; filename*=UTF-8''requests.jsonl",
  },
} as const satisfies Record<string, Header>;

export type HeaderName = keyof typeof headers;

/** Of every answer of a model. */
export const modelHeaderNames: readonly HeaderName[] = [
  "x-farebox-model",
  "x-farebox-artifact",
  "deprecation",
  "sunset",
  "link",
  "x-ratelimit-limit-requests",
  "x-ratelimit-remaining-requests",
  "x-ratelimit-reset-requests",
  "x-ratelimit-limit-tokens",
  "x-ratelimit-remaining-tokens",
  "x-ratelimit-reset-tokens",
  "idempotent-replayed",
];
