/** What the clients ask for, in the order in which it is measured and printed. */
export const workloadNames = ["json", "saturated", "paced"] as const;
export type WorkloadName = (typeof workloadNames)[number];

export type Workload = {
  /** One line for people. */
  readonly title: string;
  /** The model's name in requests and of its SageMaker endpoint: by it the upstream knows how to answer. */
  readonly model: string;
  /** Absent: the answer is one JSON document. */
  readonly stream?: { readonly contentChunks: number; readonly paceMs: number };
};

/** The upstream answers JSON without thinking, so that what is measured is the gateway. */
export const workloads = {
  json: { title: "JSON answers, as fast as they come", model: "bench-json" },
  saturated: {
    title: "Streams of 200 chunks, as fast as the connection takes them",
    model: "bench-saturated",
    stream: { contentChunks: 200, paceMs: 0 },
  },
  paced: {
    title: "Streams of 100 chunks, one every 10 ms, as a model generates",
    model: "bench-paced",
    stream: { contentChunks: 100, paceMs: 10 },
  },
} as const satisfies Record<WorkloadName, Workload>;

/** The content chunks, then the one with usage, then `[DONE]`. */
export const eventsPerStream = ({ stream }: Workload): number | undefined =>
  stream && stream.contentChunks + 2;

/** The body that every system gets, byte for byte: streams ask for usage, so that all forward the same chunks. */
export const requestBody = ({ model, stream }: Workload): string =>
  JSON.stringify({
    model,
    messages: [
      { role: "system", content: "You recommend films. Answer briefly, and name one film at a time." },
      { role: "user", content: "Recommend me a fantasy movie for a rainy evening with two children." },
      { role: "assistant", content: "Try The Lantern of Orrin: a girl, a lighthouse and a very shy dragon." },
      { role: "user", content: "We have seen that one. Something with less sea and more mountains, please." },
    ],
    max_tokens: 256,
    temperature: 0.7,
    ...(stream && { stream: true, stream_options: { include_usage: true } }),
  });
