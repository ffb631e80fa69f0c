export type TokenText = {
  /** The text that this token completes: often none, when a character's bytes span tokens. */
  push(token: number): string;
  /** What is left when no token follows, broken characters as U+FFFD. */
  flush(): string;
};

const endsInsideCharacter = (text: string) => text.endsWith("\uFFFD");

/**
 * Decodes a growing list of tokens piece by piece. A few tokens before the new ones are decoded along with them,
 * because some tokenizers render a token differently at the start of a text.
 */
export const createTokenText = (decode: (tokens: number[]) => string): TokenText => {
  let context: number[] = [];
  let fresh: number[] = [];

  // Tokenizers refuse to decode nothing.
  const textOf = (tokens: number[]) => (tokens.length === 0 ? "" : decode(tokens));
  const freshText = () => textOf([...context, ...fresh]).slice(textOf(context).length);

  return {
    push: (token) => {
      fresh.push(token);
      const text = freshText();
      if (text === "" || endsInsideCharacter(text)) return "";
      context = fresh;
      fresh = [];
      return text;
    },
    flush: () => {
      const text = fresh.length === 0 ? "" : freshText();
      context = fresh = [];
      return text;
    },
  };
};
