import type { ServerChild } from "../processes/server-child.ts";

export type SystemName = "direct" | "bare" | "portkey" | "farebox";

export const systemTitles = {
  direct: "upstream, direct",
  bare: "bare node:http proxy",
  portkey: "Portkey 1.15.2",
  farebox: "Farebox",
} as const satisfies Record<SystemName, string>;

/** Something that answers `POST <path>` with chat completions of the upstream. */
export type System = {
  readonly name: SystemName;
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Whose CPU time counts; absent where there is nothing between client and upstream. */
  readonly process?: ServerChild;
};

/** What all systems are started with. */
export type Surroundings = { readonly upstreamPort: number; readonly logFolder: string };

/** Node's options that let the benchmark read a process's CPU time. */
export const observed = ["--import", new URL("../processes/cpu-clock.ts", import.meta.url).href] as const;
