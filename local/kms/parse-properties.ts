import { z } from "zod";
import { describe } from "../cloudformation/property.ts";
import type { Resource } from "../cloudformation/template.ts";

/**
 * Reads a resource's properties by a schema. Give it a `z.strictObject`: a property that is not in the schema is
 * refused, so that nothing in a template is skipped silently; properties known to change nothing here are declared
 * `inert`.
 */
export function parseProperties<Schema extends z.ZodType>(
  resource: Resource,
  schema: Schema,
): z.output<Schema> {
  const parsed = schema.safeParse(resource.properties);
  if (!parsed.success) {
    throw new Error(`${describe(resource)} cannot run on this machine:\n${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
}

/** A property that is accepted and has no effect on this machine. */
export const inert = z.unknown().optional();
