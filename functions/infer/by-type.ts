import * as z from "zod";

/** Checks an object by the schema of its `type`, where there is one. */
export const checkedBy =
  (schemas: Readonly<Record<string, z.ZodType>>) =>
  (value: { readonly type: string }, context: z.core.$RefinementCtx): void => {
    const schema = Object.hasOwn(schemas, value.type) ? schemas[value.type] : undefined;
    for (const { path, message } of schema?.safeParse(value).error?.issues ?? [])
      context.addIssue({ code: "custom", path: [...path], message });
  };

/**
 * Reads an object by the schema of its `type`, so that a fault is named where it is: a union would only say that there is one.
 * `otherTypes` says what to do about a type that has none.
 */
export const byType = <Output>(
  schemas: Readonly<Record<string, z.ZodType<Output>>>,
  otherTypes: string,
): z.ZodType<Output> =>
  z.looseObject({ type: z.string() }).transform((value, context): Output => {
    const schema = Object.hasOwn(schemas, value.type) ? schemas[value.type] : undefined;
    const result = schema?.safeParse(value);
    if (result?.success) return result.data;
    const faults = result?.error.issues ?? [{ path: ["type"], message: otherTypes }];
    for (const { path, message } of faults) context.addIssue({ code: "custom", path: [...path], message });
    return z.NEVER;
  });
