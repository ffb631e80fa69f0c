import type * as z from "zod";
import type { Group } from "./groups.ts";
import type { HeaderName } from "./headers.ts";
import type { RefusalCode } from "../../../core/inference/refusal.ts";

export type Method = "get" | "post" | "delete";

export type Parameter = {
  readonly in: "path" | "query" | "header";
  readonly name: string;
  readonly description: string;
  readonly schema: z.ZodType;
  /** A value that works, or a shell variable for one that only the reader has. */
  readonly example?: string;
};

/** A body in one media type. */
export type Content = {
  readonly schema: z.ZodType;
  readonly example?: unknown;
};

export type Answer = {
  readonly status: number;
  readonly description: string;
  /** By media type. */
  readonly content?: Readonly<Record<string, Content>>;
  /** Those of `headers.ts` that it has besides every answer's. */
  readonly headers?: readonly HeaderName[];
};

/** Everything that the API's description and its reference say of one route. */
export type Route = {
  readonly method: Method;
  /** As API Gateway has it. */
  readonly path: string;
  readonly id: string;
  readonly group: Group;
  readonly summary: string;
  readonly description?: string;
  /** Needs no key. */
  readonly isOpen?: true;
  readonly parameters?: readonly Parameter[];
  readonly request?: Readonly<Record<string, Content>>;
  readonly answers: readonly Answer[];
  /** Besides those that every route has. */
  readonly refusals: readonly RefusalCode[];
  /** A command that works with $FAREBOX_URL and $FAREBOX_API_KEY, where it cannot be made from the examples. */
  readonly curl?: string;
};
