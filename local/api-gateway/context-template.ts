import { isModelledContextVariable, type ContextValues } from "./context-variables.ts";

/** Renders with the values of one request; a variable without a value becomes `missing`. */
export type ContextTemplate = (values: ContextValues, missing: string) => string;

const variable = /\$context\.([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)/g;

/**
 * Compiles the simple substitution that API Gateway does in gateway responses and access log formats. Refuses
 * variables that are not modelled and every construct of its template language (`$input`, `#if`), by name.
 */
export function compileContextTemplate(text: string, where: string): ContextTemplate {
  for (const [, name = ""] of text.matchAll(variable)) {
    if (!isModelledContextVariable(name)) {
      throw new Error(`${where}: $context.${name} is not modelled locally`);
    }
  }
  const construct = /\$[!{]?[A-Za-z][\w.]*|#(?:if|else|end|set|foreach)\b/.exec(text.replace(variable, ""));
  if (construct !== null) throw new Error(`${where}: ${construct[0]} is not modelled locally`);

  return (values, missing) => text.replace(variable, (_, name: string) => values.get(name) ?? missing);
}
