import { AwsError } from "../aws-service.ts";

const lifetimeSecondsMax = 7 * 24 * 3600;

/** Throws for a presigned URL that is incomplete, past its time, or asks for more than the seven days there are. */
export function refuseExpired(query: URLSearchParams, nowMs: number): void {
  const signedAt = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(query.get("X-Amz-Date") ?? "");
  const lifetimeSeconds = Number(query.get("X-Amz-Expires") ?? Number.NaN);
  if (signedAt === null || !Number.isInteger(lifetimeSeconds) || lifetimeSeconds < 1) {
    throw malformed("A presigned URL must have X-Amz-Date and X-Amz-Expires");
  }
  if (lifetimeSeconds > lifetimeSecondsMax) {
    throw malformed(
      "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds",
    );
  }
  const [, year, month, day, hour, minute, second] = signedAt.map(Number);
  const signedAtMs = Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second);
  const expiresMs = signedAtMs + lifetimeSeconds * 1000;
  if (nowMs > expiresMs) {
    throw new AwsError("AccessDenied", "Request has expired", 403, {
      "X-Amz-Expires": lifetimeSeconds,
      Expires: new Date(expiresMs).toISOString(),
      ServerTime: new Date(nowMs).toISOString(),
    });
  }
}

const malformed = (message: string): AwsError => new AwsError("AuthorizationQueryParametersError", message);
