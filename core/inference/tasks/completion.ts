import type { Quantities } from "../../billing/quantities.ts";
import type { ModelLimits } from "../../catalogue/model.ts";
import { answerStreaming } from "../answer-streaming.ts";
import { estimateTokens } from "../model-usage.ts";
import type { InferenceRequest } from "./inference-request.ts";
import { jsonPayload } from "./json-payload.ts";
import { type TextInput, estimateInputs, inputTokensMax } from "./text-input.ts";
import {
  type TextRequest,
  jsonBytes,
  outputFields,
  outputTokensFor,
  readTextAnswer,
  refuseOutput,
  showTextAnswer,
} from "./text-output.ts";
import { textStream } from "./text-stream.ts";

/** A request to continue prompts, whose known fields have been validated; unknown ones travel along untouched. */
export type CompletionRequest = TextRequest & {
  readonly model: string;
  readonly prompts: readonly TextInput[];
  /** What is to follow the text that is inserted, where the client asks for an insertion. */
  readonly suffix?: string;
  /** Answers per prompt that are written: of `best_of`, only the best are shown. */
  readonly choices: number;
  /** Every answer begins with its prompt. */
  readonly echo: boolean;
};

/** OpenAI's completions, for base models: prompts that are continued, whole or streamed. Metered in tokens. */
export const completion = (request: CompletionRequest): InferenceRequest => {
  const estimated = estimateInputs(readsOf(request));
  const { inputTokens = 0 } = estimated;
  const choicesEchoed = request.echo ? request.choices : 0;
  /** What repeats a prompt was not written by the model. */
  const estimateAnswer = (choices: readonly unknown[]): Quantities => ({
    ...estimated,
    outputTokens: Math.max(0, estimateTokens(jsonBytes(choices)) - inputTokens * choicesEchoed),
  });
  return {
    model: request.model,
    tasks: ["completion"],
    refuse: (model) => refuseOutput(request, model),
    worstCase: ({ limits }) => completionWorstCase(request, limits),
    payload: ({ limits }, endpoint) =>
      jsonPayload("completions", request.fields, endpoint, outputFields(request, limits, endpoint)),
    read: ({ body }) => showTextAnswer(readTextAnswer(body, estimateAnswer)),
    ...(request.stream && {
      answerStreaming: (ports, admitted, endpoint, stream) =>
        answerStreaming(
          ports,
          admitted,
          { estimateInput: () => inputTokens, echoes: request.prompts.length * choicesEchoed },
          stream,
          textStream("text_completion", request, admitted, endpoint),
        ),
    }),
  };
};

/** Every prompt is read, with its suffix, and continued as often as the client wants, up to the limit each time. */
const completionWorstCase = (request: CompletionRequest, limits: ModelLimits): Quantities => ({
  inputTokens: Math.min(
    inputTokensMax(readsOf(request), limits),
    request.prompts.length * limits.contextTokensMax,
  ),
  outputTokens: outputTokensFor(request, limits) * request.prompts.length * request.choices,
  requests: 1,
});

const readsOf = ({ prompts, suffix }: CompletionRequest): readonly TextInput[] =>
  suffix === undefined ? prompts : prompts.flatMap((prompt) => [prompt, suffix]);
