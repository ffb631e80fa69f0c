import { LogitsProcessor, type Tensor } from "@huggingface/transformers";
import { chooseToken, type Sampling } from "./choose-token.ts";
import type { Random } from "./seeded-random.ts";

/**
 * Samples where transformers.js only processes scores: its own sampler ignores `top_p` and draws from one global
 * generator. One finite score is left, so that its greedy choice is ours.
 */
export class SeededSampler extends LogitsProcessor {
  readonly #sampling: Sampling;
  readonly #random: Random;

  constructor(sampling: Sampling, random: Random) {
    super();
    this.#sampling = sampling;
    this.#random = random;
  }

  override _call(_inputIds: bigint[][], logits: Tensor): Tensor {
    const scores = logits.data;
    if (!(scores instanceof Float32Array)) throw new TypeError(`Scores came as ${logits.type}, not float32.`);
    const token = chooseToken(scores, this.#sampling, this.#random);
    scores.fill(-Infinity);
    scores[token] = 0;
    return logits;
  }
}
