import * as z from "zod";

/** A zod schema over one of core's text parsers, which yield `undefined` for text they do not accept. */
export const parsedBy = <Value>(parse: (text: string) => Value | undefined) =>
  z.string().transform((text, context): Value => {
    const value = parse(text);
    if (value !== undefined) return value;
    context.addIssue({ code: "custom", message: "malformed" });
    return z.NEVER;
  });
