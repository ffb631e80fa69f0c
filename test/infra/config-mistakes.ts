import { ConfigError, defineFarebox, type FareboxConfig } from "../../infra/config.ts";

/** The mistakes that a configuration is refused for, a line each. Takes what the compiler would refuse as well. */
export const mistakes = (config: unknown): readonly string[] => {
  try {
    defineFarebox(config as FareboxConfig);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message
      .split("\n")
      .slice(1)
      .map((line) => line.trim());
  }
  return [];
};
