import { S3Client } from "@aws-sdk/client-s3";

/** Longer timeouts than a request's path has: whoever writes or reads evidence can wait. `region`: another than our own. */
export const s3 = (region?: string): S3Client =>
  new S3Client({
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 2000, requestTimeout: 30_000 },
    ...(region !== undefined && { region }),
  });
