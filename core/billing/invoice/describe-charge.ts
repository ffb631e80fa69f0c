import type { QuantityKind } from "../quantities.ts";
import type { Charge, ChargeSubject } from "./charge.ts";

/** What a line of an invoice is for, in words, without the model's name. */
export const describeCharge = ({ subject }: Pick<Charge, "subject">): string => {
  if (subject.type === "usage") return kindNames[subject.kind];
  const what = "kind" in subject ? `, ${kindNames[subject.kind].toLowerCase()}` : "";
  return `${termNames[subject.type]}${what}`;
};

export const kindNames = {
  inputTokens: "Input tokens",
  cachedInputTokens: "Cached input tokens",
  outputTokens: "Output tokens",
  images: "Images",
  audioSeconds: "Audio seconds",
  characters: "Characters",
  requests: "Requests",
  gpuSeconds: "GPU seconds",
} as const satisfies Record<QuantityKind, string>;

const termNames = {
  ceiling: "Not billed: above the request's ceiling",
  graduated: "Graduated price",
  volume: "Volume price",
  package: "Package price",
  "free-allowance": "Free allowance",
  "minimum-commit": "Minimum commitment",
} as const satisfies Record<Exclude<ChargeSubject["type"], "usage">, string>;
