import { z } from "zod";
import { AwsError } from "../../aws-service.ts";

const entriesMax = 10;

/** The entries of a batch request; throws SQS's own errors, which clients tell apart. */
export const batchOf = <Entry extends z.ZodType<{ readonly Id: string }>>(entry: Entry) =>
  z.array(entry).transform((entries) => {
    if (entries.length === 0)
      throw new AwsError("EmptyBatchRequest", "There should be at least one entry in the request.");
    if (entries.length > entriesMax) {
      throw new AwsError(
        "TooManyEntriesInBatchRequest",
        `Maximum number of entries per request are ${entriesMax}. You have sent ${entries.length}.`,
      );
    }
    if (new Set(entries.map(({ Id: id }) => id)).size < entries.length)
      throw new AwsError(
        "BatchEntryIdsNotDistinct",
        "Two or more batch entries in the request have the same Id.",
      );
    return entries;
  });

/** Does each entry by itself: what fails is reported, and fails no other. */
export function runEach<Entry extends { readonly Id: string }>(
  entries: readonly Entry[],
  run: (entry: Entry) => void,
): Readonly<Record<"Successful" | "Failed", readonly Readonly<Record<string, unknown>>[]>> {
  const outcomes = entries.map((entry) => ({ Id: entry.Id, error: errorOf(() => run(entry)) }));
  return {
    Successful: outcomes.flatMap(({ Id, error }) => (error === undefined ? [{ Id }] : [])),
    Failed: outcomes.flatMap(({ Id, error }) =>
      error === undefined ? [] : [{ Id, SenderFault: true, Code: error.code, Message: error.message }],
    ),
  };
}

function errorOf(run: () => void): AwsError | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}
