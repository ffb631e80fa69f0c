import { z } from "zod";

/**
 * A count of at least one. `z.int()` would do, but its refusal ends the checks of the object around it, and a reader
 * of a configuration wants to hear of every mistake at once.
 */
export const wholeNumber = z.number().refine((value) => Number.isSafeInteger(value) && value >= 1, {
  error: "is not a whole number above zero",
});
