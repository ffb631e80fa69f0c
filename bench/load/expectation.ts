/** What a right answer holds; anything else fails the run. */
export type Expectation =
  | { readonly kind: "whole"; readonly text: string }
  | { readonly kind: "events"; readonly count: number };

/** Follows one response's body. Streams are counted, not kept. */
export class BodyCheck {
  #events = 0;
  #endsInLineFeed = false;
  #tail = "";
  readonly #expected: Expectation;

  constructor(expected: Expectation) {
    this.#expected = expected;
  }

  /** The number of server-sent events that `piece` completes. */
  push(piece: Buffer): number {
    if (this.#expected.kind === "whole") {
      this.#tail += piece.toString();
      return 0;
    }
    let completed = this.#endsInLineFeed && piece[0] === lineFeed ? 1 : 0;
    for (let at = piece.indexOf(blankLine); at !== -1; at = piece.indexOf(blankLine, at + 2)) completed += 1;
    this.#events += completed;
    this.#endsInLineFeed = piece.at(-1) === lineFeed && piece.at(-2) !== lineFeed;
    this.#tail = (this.#tail + piece.toString("latin1", Math.max(0, piece.length - done.length))).slice(
      -done.length,
    );
    return completed;
  }

  /** What is wrong with the finished response, if anything. */
  verdict(status: number): string | undefined {
    if (status !== 200) return `status ${status}`;
    if (this.#expected.kind === "whole")
      return this.#tail.includes(this.#expected.text)
        ? undefined
        : `an answer without the model's text: ${this.#tail}`;
    if (this.#events !== this.#expected.count) return `${this.#events} events, not ${this.#expected.count}`;
    return this.#tail === done ? undefined : "a stream that does not end in [DONE]";
  }
}

const lineFeed = 0x0a;
const blankLine = Buffer.from("\n\n");
const done = "data: [DONE]\n\n";
