import type { EpochMs } from "../../time.ts";
import type { ImageTarget } from "./image-url.ts";

/** The web, as far as images are fetched from it. Neither call rejects; both are over by the deadline. */
export interface RemoteImages {
  /** Host names that images may come from. None: no image is ever fetched. */
  readonly allowedHosts: readonly string[];
  /** All addresses of a host, as literals, the preferred one first; none if it has none. */
  resolve(host: string, deadline: EpochMs): Promise<readonly string[]>;
  /** One request to exactly this address, whatever the host's name means by now. Follows nothing. */
  get(address: string, target: ImageTarget, limits: ImageLimits): Promise<ImageReply>;
}

export type ImageLimits = { readonly bytesMax: number; readonly deadline: EpochMs };

export type ImageReply =
  | { readonly kind: "found"; readonly contentType: string; readonly base64: string }
  | { readonly kind: "redirect"; readonly location: string }
  | { readonly kind: "too_large" }
  | { readonly kind: "failed" };
