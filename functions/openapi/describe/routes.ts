import type { RefusalCode } from "../../../core/inference/refusal.ts";
import type { Route } from "./route.ts";
import { batchRoutes } from "./routes/batches.ts";
import { billingRoutes } from "./routes/billing.ts";
import { fileRoutes } from "./routes/files.ts";
import { inferenceRoutes } from "./routes/inference.ts";
import { modelRoutes } from "./routes/models.ts";
import { serviceRoutes } from "./routes/service.ts";
import { taskRoutes } from "./routes/tasks.ts";

/** Every route of the API, in the order of its reference. */
export const routes: readonly Route[] = [
  ...inferenceRoutes,
  ...taskRoutes,
  ...modelRoutes,
  ...billingRoutes,
  ...batchRoutes,
  ...fileRoutes,
  ...serviceRoutes,
];

const everywhere: readonly RefusalCode[] = ["rate_limited", "internal_error"];
const withKey: readonly RefusalCode[] = [
  "missing_api_key",
  "invalid_api_key",
  "revoked_api_key",
  "expired_api_key",
  "source_not_allowed",
];

export const refusalsOf = ({ isOpen, refusals }: Route): readonly RefusalCode[] => [
  ...refusals,
  ...(isOpen ? [] : withKey),
  ...everywhere,
];
