import type { RemoteImage } from "./chat-media.ts";
import type { TextRequest } from "./text-output.ts";

/** A chat request whose known fields have been validated; unknown ones travel along untouched. */
export type ChatRequest = TextRequest & {
  readonly model: string;
  readonly choices: number;
  readonly messageCount: number;
  /** Images and sound have no relation between their bytes and their tokens. */
  readonly isTextOnly: boolean;
  /** Images that are to be fetched before the model is asked. */
  readonly remoteImages: readonly RemoteImage[];
};
