import { mkdtempSync, rmSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsError, type AwsCall, type AwsService } from "../aws-service.ts";
import type { Deployment } from "../cloudformation/template.ts";
import type { Kms } from "../kms/kms.ts";
import type { Bucket } from "./bucket.ts";
import { bucketsFromTemplates } from "./buckets-from-templates.ts";
import { refuseExpired } from "./presigned.ts";
import { refuseUnmodelledHeaders } from "./refuse-unmodelled-headers.ts";
import { routeOf } from "./routes.ts";
import type { PreparedOperation, S3Storage } from "./s3-operation.ts";
import { s3Request } from "./s3-request.ts";

export type S3Options = {
  /** Objects live in `<stateDir>/s3` and survive restarts; without it, in a temporary folder until `stop()`. */
  readonly stateDir?: string;
  readonly kms: Kms;
  /** Milliseconds since 1970; the machine's clock unless given. */
  readonly now?: () => number;
};

/** S3, path-style: the buckets of the templates, their objects on disk. */
export function createS3(deployment: Deployment, { stateDir, kms, now = Date.now }: S3Options): AwsService {
  const folder = stateDir === undefined ? mkdtempSync(join(tmpdir(), "farebox-s3-")) : join(stateDir, "s3");
  const removeTemporary = () => {
    if (stateDir === undefined) rmSync(folder, { recursive: true, force: true });
  };
  const buckets = openBuckets(deployment, folder, kms, removeTemporary);
  const storage: S3Storage = { bucket: findBucket(buckets), kms, now };
  // What `checks` found out, for `handle`: a list of keys to delete can be read from the connection only once.
  const prepared = new WeakMap<IncomingMessage, PreparedOperation>();

  const prepare = async (call: AwsCall): Promise<PreparedOperation> => {
    const request = s3Request(call);
    if (request.isPresigned) refuseExpired(request.query, now());
    const { name, operation } = routeOf(request);
    refuseUnmodelledHeaders(request, name);
    return operation(request, storage);
  };

  return {
    protocol: "rest-xml",
    readsBodyItself: true,
    async checks(call) {
      const operation = await prepare(call);
      prepared.set(call.request, operation);
      return operation.checks;
    },
    async handle(call) {
      const operation = prepared.get(call.request) ?? (await prepare(call));
      await operation.run();
    },
    stop: removeTemporary,
  };
}

function openBuckets(
  deployment: Deployment,
  folder: string,
  kms: Kms,
  onFailure: () => void,
): ReadonlyMap<string, Bucket> {
  try {
    return new Map(bucketsFromTemplates(deployment, folder, kms).map((bucket) => [bucket.name, bucket]));
  } catch (error) {
    onFailure();
    throw error;
  }
}

const findBucket =
  (buckets: ReadonlyMap<string, Bucket>): S3Storage["bucket"] =>
  (name, region) => {
    const bucket = name === undefined ? undefined : buckets.get(name);
    if (bucket === undefined) {
      throw new AwsError("NoSuchBucket", "The specified bucket does not exist", 404, { BucketName: name });
    }
    if (bucket.region === region) return bucket;
    throw new AwsError(
      "PermanentRedirect",
      `The bucket you are attempting to access is in ${bucket.region}, and the request was signed for ${region}.`,
      301,
      { Bucket: bucket.name, Endpoint: `s3.${bucket.region}.amazonaws.com` },
    );
  };
