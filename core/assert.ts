/**
 * States what must hold; a failure is a bug in this repository, never bad input. Where it is stated several times per
 * request, the words are made by a function: only a failure needs them.
 */
export function assert(condition: boolean, invariant: string | (() => string)): asserts condition {
  if (!condition)
    throw new Error(`broken invariant: ${typeof invariant === "string" ? invariant : invariant()}`);
}
