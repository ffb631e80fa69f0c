import type { Quantities } from "../../billing/quantities.ts";
import type { QuantitySource } from "../../billing/usage-event.ts";
import type { Model, ModelEndpoint, ModelLimits } from "../../catalogue/model.ts";
import { type JsonObject, isJsonObject, parseJsonObject } from "../../json.ts";
import { type FormField, writeForm } from "../../multipart.ts";
import type { ModelPayload, WholeReply } from "../ports.ts";
import { withPricedUsage } from "../priced-usage.ts";
import type { Refusal } from "../refusal.ts";
import { audioLength } from "./audio-length.ts";
import { nameAt } from "./name-at.ts";
import { type InferenceRequest, type WholeReading, unreadable } from "./inference-request.ts";

/** How a transcript is wanted: the first two as JSON, the others as text. */
export const transcriptFormats = ["json", "verbose_json", "text", "srt", "vtt"] as const;

export type TranscriptFormat = (typeof transcriptFormats)[number];

/** A request for the words of a recording, whose known fields have been validated. */
export type TranscriptionRequest = {
  readonly model: string;
  readonly format: TranscriptFormat;
  readonly audio: {
    readonly content: Uint8Array;
    /** By its ending, servers tell formats apart. */
    readonly fileName: string;
    readonly contentType: string;
  };
  /** What else the client said, in order: the language, a prompt, and what only the model knows. */
  readonly fields: readonly { readonly name: string; readonly text: string }[];
};

/** OpenAI's transcriptions: a form with a recording, metered in seconds of audio. */
export const transcription = (request: TranscriptionRequest): InferenceRequest => ({
  model: request.model,
  tasks: ["transcription"],
  refuse: (model) => tooLong(request, model),
  worstCase: ({ limits }) => ({ audioSeconds: secondsMax(request, limits), requests: 1 }),
  payload: (_model, endpoint) => formPayload(request, endpoint),
  read: (reply, { limits }) => readTranscript(request, limits, reply),
});

const secondsMax = ({ audio }: TranscriptionRequest, { audioSecondsMax }: ModelLimits): number => {
  const { seconds } = audioLength(audio.content);
  return Math.min(seconds, audioSecondsMax ?? seconds);
};

/** What is longer for sure is refused; what may be longer is held at the limit, and the model's to refuse. */
const tooLong = ({ audio }: TranscriptionRequest, { name, limits }: Model): Refusal | undefined => {
  const length = audioLength(audio.content);
  const { audioSecondsMax } = limits;
  return length.kind === "exact" && audioSecondsMax !== undefined && length.seconds > audioSecondsMax
    ? {
        code: "invalid_request",
        message: `The model \`${name}\` takes at most ${audioSecondsMax} seconds of audio, and \`file\` has ${length.seconds}: send it in pieces.`,
        param: "file",
      }
    : undefined;
};

const formPayload = (
  { model, format, audio, fields }: TranscriptionRequest,
  endpoint: ModelEndpoint,
): ModelPayload => {
  const form: readonly FormField[] = [
    { name: "model", text: nameAt(endpoint, model) },
    { name: "response_format", text: format },
    ...fields,
    { name: "file", ...audio },
  ];
  return { operation: "audio/transcriptions", accept: "*/*", ...writeForm(form) };
};

const readTranscript = (
  request: TranscriptionRequest,
  limits: ModelLimits,
  { body }: WholeReply,
): WholeReading => {
  const isText = request.format !== "json" && request.format !== "verbose_json";
  const answer = isText ? undefined : parseJsonObject(new TextDecoder().decode(body));
  if (!isText && typeof answer?.["text"] !== "string") return unreadable;
  const { seconds, source } = meteredBy(request, limits, answer);
  const quantities: Quantities = { audioSeconds: seconds, requests: 1 };
  if (!answer)
    return {
      ok: true,
      quantities,
      source,
      render: (cost) => ({ kind: "raw", contentType: "text/plain; charset=utf-8", body, cost }),
    };
  const usage: JsonObject = {
    ...(isJsonObject(answer["usage"]) ? answer["usage"] : { type: "duration", seconds }),
    ...(source === "estimated" && { estimated: true }),
  };
  return {
    ok: true,
    quantities,
    source,
    render: withPricedUsage(answer, usage),
  };
};

/** What the model says, else what the recording says, else the most that it can be. */
const meteredBy = (
  request: TranscriptionRequest,
  limits: ModelLimits,
  answer: JsonObject | undefined,
): { readonly seconds: number; readonly source: QuantitySource } => {
  const usage = answer?.["usage"];
  const reported =
    (isJsonObject(usage) ? readSeconds(usage["seconds"]) : undefined) ?? readSeconds(answer?.["duration"]);
  if (reported !== undefined) return { seconds: reported, source: "reported" };
  return {
    seconds: secondsMax(request, limits),
    source: audioLength(request.audio.content).kind === "exact" ? "counted" : "estimated",
  };
};

/** Whole seconds of a number, or of a number in a text, as some servers write it; `undefined` for what is no length. */
const readSeconds = (value: unknown): number | undefined => {
  const written = typeof value === "string" && /^\d{1,9}(?:\.\d+)?$/.test(value) ? Number(value) : value;
  if (typeof written !== "number") return undefined;
  const seconds = Math.ceil(written);
  return Number.isSafeInteger(seconds) && written >= 0 ? seconds : undefined;
};
