/** What servers of OpenAI's API answer for tasks other than chat, as the public ones write it. */

type Fields = Readonly<Record<string, unknown>>;

/** vLLM's `/v1/completions`: every prompt is continued by three words, `n` times. */
export const completionAnswer = ({ prompt, n, echo }: Fields) => {
  const prompts = Array.isArray(prompt) ? prompt : [prompt];
  const choices = prompts.flatMap((each) =>
    Array.from({ length: Number(n ?? 1) }, () => `${echo === true ? each : ""} once upon time`),
  );
  return {
    id: "cmpl-scripted",
    object: "text_completion",
    created: 0,
    model: "scripted",
    choices: choices.map((text, index) => ({ index, text, logprobs: null, finish_reason: "length" })),
    usage: completionUsage(prompts.length, choices.length),
  };
};

/** The same as a stream's chunks: a word each, and usage at the end if it was asked for. */
export const completionChunks = (fields: Fields): readonly unknown[] => {
  const base = { id: "cmpl-scripted", object: "text_completion", created: 0, model: "scripted" };
  const words = [" once", " upon", " time"].map((text, index) => ({
    ...base,
    choices: [{ index: 0, text, logprobs: null, finish_reason: index === 2 ? "length" : null }],
    usage: null,
  }));
  const { include_usage: wantsUsage } = (fields["stream_options"] ?? {}) as Fields;
  return [...words, ...(wantsUsage === true ? [{ ...base, choices: [], usage: completionUsage(1, 1) }] : [])];
};

const completionUsage = (prompts: number, choices: number) => ({
  prompt_tokens: 5 * prompts,
  completion_tokens: 3 * choices,
  total_tokens: 5 * prompts + 3 * choices,
});

/** vLLM's and speaches' `/v1/audio/transcriptions`; a recording's length is what the prompt says, in seconds. */
export const transcriptionAnswer = (
  form: FormData,
): { readonly contentType: string; readonly body: string } => {
  const seconds = Number(form.get("prompt") ?? 3);
  const text = `heard ${form.get("file") instanceof File ? "a file" : "nothing"}`;
  switch (form.get("response_format")) {
    case "text":
      return { contentType: "text/plain", body: `${text}\n` };
    case "srt":
      return { contentType: "text/plain", body: `1\n00:00:00,000 --> 00:00:03,000\n${text}\n` };
    case "vtt":
      return { contentType: "text/vtt", body: `WEBVTT\n\n00:00.000 --> 00:03.000\n${text}\n` };
    case "verbose_json":
      return json({ task: "transcribe", language: "english", duration: `${seconds}`, text, segments: [] });
    case null:
    default:
      return json({ text, usage: { type: "duration", seconds } });
  }
};

const json = (value: unknown) => ({ contentType: "application/json", body: JSON.stringify(value) });

/** `/v1/images/generations` with the smallest of PNGs. */
export const imagesAnswer = ({ n, response_format: format }: Fields) => ({
  created: 0,
  data: Array.from({ length: Number(n ?? 1) }, () =>
    format === "b64_json" ? { b64_json: "iVBORw0KGgo=" } : { url: "http://127.0.0.1/secret-internals.png" },
  ),
});

/** `/v1/moderations`: a result per text, or one for a list of parts. */
export const moderationAnswer = ({ input }: Fields) => {
  const texts = Array.isArray(input) && typeof input[0] === "string" ? input : [input];
  return {
    id: "modr-scripted",
    model: "scripted",
    results: texts.map((text) => {
      const isViolent = JSON.stringify(text).includes("fight");
      return {
        flagged: isViolent,
        categories: { violence: isViolent },
        category_scores: { violence: isViolent ? 0.9 : 0.1 },
      };
    }),
  };
};
