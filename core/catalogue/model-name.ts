import type { Model } from "./model.ts";

type Version = Pick<Model, "name" | "version">;

/** How a client names one version for good: `tiny-chat@1.0.0`. Neither a name nor a version holds an `@`. */
export const pinOf = ({ name, version }: Version): string => `${name}@${version}`;

/** The name in what a client wrote, with or without a version. */
export const nameIn = (written: string): string => written.split("@", 1).join("");

/**
 * Whether a key that is for `allowed` models may call what its client wrote. A name on its list allows every version, a
 * pin just that one, also where a bare name comes to it.
 */
export const mayCall = (
  allowed: readonly string[] | undefined,
  written: string,
  model: Version | undefined,
): boolean =>
  allowed === undefined ||
  allowed.includes(nameIn(written)) ||
  allowed.includes(model ? pinOf(model) : written);
