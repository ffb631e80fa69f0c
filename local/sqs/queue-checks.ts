import { AwsError, type AccessCheck } from "../aws-service.ts";
import type { Kms } from "../kms/kms.ts";
import type { QueueSettings } from "./queue.ts";

/** What IAM is asked before an action on a queue. The actions on a batch are those on a single message. */
export function queueCheck(settings: QueueSettings, action: string): AccessCheck {
  const { arn, policy } = settings;
  return {
    action: `sqs:${action}`,
    resource: arn,
    ...(policy === undefined ? {} : { resourcePolicy: policy }),
  };
}

/** Sending encrypts under a new data key, which SQS has verified; receiving decrypts. Both in the caller's name. */
const keyActions = {
  send: ["kms:GenerateDataKey", "kms:Decrypt"],
  receive: ["kms:Decrypt"],
} as const;

export function keyChecks(
  { arn, keyArn, region }: QueueSettings,
  purpose: keyof typeof keyActions,
  kms: Kms,
): readonly AccessCheck[] {
  if (keyArn === undefined) return [];
  const key = kms.keyAccess(keyArn, region);
  if (!key.enabled) throw new AwsError("KmsDisabled", `${keyArn} is disabled.`);
  return keyActions[purpose].map((action) => key.check(action, { "aws:sqs:arn": arn }, "sqs"));
}
