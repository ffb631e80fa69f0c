import { randomInt } from "node:crypto";
import type { ChatJob, JobRunner } from "../engine/protocol.ts";
import type { ChoiceRequest } from "./generate-choice.ts";
import { generateChoice } from "./generate-choice.ts";
import type { ChatModel } from "./load-chat-model.ts";
import { tokenizePrompt } from "./tokenize-prompt.ts";

const samplingOf = (
  { temperatureDefault, topPDefault }: ChatModel,
  { temperature = temperatureDefault, topP = topPDefault, seed }: ChatJob,
  choice: number,
): ChoiceRequest["sampling"] =>
  temperature === 0
    ? undefined
    : // Choices of one seed differ from each other, and are the same again next time.
      { temperature, topP, seed: seed === undefined ? randomInt(2 ** 47) : seed + choice };

/** Answers a conversation: its prompt's size first, then the choices, one after the other. */
export const runChat =
  (model: ChatModel): JobRunner<"chat"> =>
  async (job, signal, emit) => {
    const tokenized = tokenizePrompt(model, job.messages, job.tokensMax);
    if (!tokenized.ok) {
      emit({ type: "refused", problem: tokenized.problem });
      return;
    }
    const { prompt } = tokenized;
    emit({ type: "prompt", promptTokens: prompt.tokens });
    let before = 0;
    for (let choice = 0; choice < job.choices; choice += 1) {
      const { stop, ignoreEnd } = job;
      const request = { prompt, stop, ignoreEnd, sampling: samplingOf(model, job, choice) };
      const { reason, tokens } = await generateChoice(model, request, signal, (text, soFar) =>
        emit({ type: "text", choice, text, completionTokens: before + soFar }),
      );
      before += tokens;
      emit({ type: "choice-end", choice, reason, completionTokens: before });
      if (reason === "aborted") return;
    }
  };
