/** States what must hold; a failure is a bug in this repository, never bad input. */
export function assert(condition: boolean, invariant: string): asserts condition {
  if (!condition) throw new Error(`broken invariant: ${invariant}`);
}

/** Ends a switch over a union: the compiler refuses a forgotten member. */
export const assertNever = (value: never): never => {
  throw new Error(`unhandled member of a union: ${JSON.stringify(value)}`);
};
