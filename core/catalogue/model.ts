import type { Deprecation } from "./deprecation.ts";
import type { Price } from "./price.ts";
import type { Task } from "./task.ts";

/** One version of a model as customers see it, and where it runs. */
export type Model = {
  /** What customers write in `model`. Lower case letters, digits, dots and dashes. */
  readonly name: string;
  readonly version: string;
  /** Only `name@version` means this one; absent: the bare name does, too. */
  readonly pinnedOnly?: boolean;
  readonly deprecated?: Deprecation;
  /** `sha256:<hex>` over the artifact's files; absent where the weights are not ours to read (a server behind a URL). */
  readonly artifactDigest?: string;
  readonly task: Task;
  readonly description: string;
  readonly limits: ModelLimits;
  /** Where it runs, in no particular order: `route` decides. */
  readonly endpoints: readonly ModelEndpoint[];
  /** Absent: known but not for sale. Such a model is refused, never free. */
  readonly price?: Price;
  /** What the lines of batches cost. Absent: it answers none. */
  readonly batchPrice?: Price;
  /** Epoch seconds of the version's publication. */
  readonly createdSeconds: number;
};

export type ModelLimits = {
  /** Prompt and answer together, in tokens. */
  readonly contextTokensMax: number;
  /** The most that a request may ask for. */
  readonly outputTokensMax: number;
  /** What the gateway asks for when the client does not say. */
  readonly outputTokensDefault: number;
  /** Images in one request, to a model that sees them or of one that makes them; absent: one. */
  readonly imagesMax?: number;
  /** Of one recording; absent: as many as its bytes can hold. */
  readonly audioSecondsMax?: number;
  /** The whole request, from its admission to the last byte. */
  readonly requestMsMax: number;
};

export type ModelEndpoint =
  | {
      readonly kind: "sagemaker";
      readonly region: string;
      readonly endpointName: string;
      readonly usage: UsageReporting;
    }
  | {
      /** Any server that speaks OpenAI's API over HTTP: Ollama, vLLM, a lab's own. */
      readonly kind: "openai-server";
      /** Base URL up to and including `/v1`. */
      readonly url: string;
      /** The model's name on that server. */
      readonly model: string;
      readonly usage: UsageReporting;
    };

/**
 * What the server says of its usage while it streams: `running` servers repeat it in every chunk when asked
 * (`stream_options.continuous_usage_stats`, vLLM's name for it), others only at the end.
 */
export type UsageReporting = "running" | "final";
