/** What the routes are about; each group is a page of the reference. */
export const groups = {
  Inference:
    "Call models. Each request is admitted against its worst-case cost, and billed what it consumed.",
  Models: "What may be called, what it costs, and what a request was.",
  Billing: "Balance, usage and invoices, exact to the picodollar.",
  Files: "Files for batches, in OpenAI's shape.",
  Batches: "Files of requests that run when there is room, in OpenAI's shape, at a price of their own.",
  Service: "The API about itself, without a key.",
} as const;

export type Group = keyof typeof groups;
