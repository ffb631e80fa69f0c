import type { ProgressRecords } from "../../core/inference/ports.ts";
import type { ProgressTable } from "../adapters/dynamodb/progress-records.ts";
import { describeError, logError } from "../http/log.ts";

/** Keeps progress where it can be kept; where not, the log says so, and the request goes on. */
export const loggedProgress = (table: ProgressTable): ProgressRecords => ({
  async keep(event) {
    try {
      await table.keep(event);
    } catch (error) {
      logError("progress_unrecorded", { request: event.request, ...describeError(error) });
    }
  },
});
