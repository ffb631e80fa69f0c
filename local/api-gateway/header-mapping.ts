import { isModelledContextVariable, type ContextValues } from "./context-variables.ts";

/** A response header that the template sets: from a quoted literal, or from a `context.*` variable. */
export type HeaderMapping = {
  readonly header: string;
  readonly value: (values: ContextValues) => string | undefined;
};

/**
 * @param prefix what stands before the header's name: `gatewayresponse.header.` or `method.response.header.`
 * @param source `'literal'` or `context.<variable>`; request parameters and response bodies are refused.
 */
export function compileHeaderMapping(
  prefix: string,
  target: string,
  source: string,
  where: string,
): HeaderMapping {
  if (!target.startsWith(prefix)) throw new Error(`${where}: ${target} is not modelled locally`);
  const header = target.slice(prefix.length).toLowerCase();

  const literal = /^'(.*)'$/s.exec(source)?.[1];
  if (literal !== undefined) return { header, value: () => literal };

  const variable = /^context\.(.+)$/.exec(source)?.[1];
  if (variable !== undefined && isModelledContextVariable(variable)) {
    // A value may come from a caller or an authorizer; what HTTP cannot carry must not break the error response.
    return { header, value: (values) => values.get(variable)?.replaceAll(/[^\t\x20-\x7e]/g, "?") };
  }
  throw new Error(`${where}: ${target} from ${source} is not modelled locally`);
}
