import type { PolicyDocument } from "../aws-service.ts";
import type { KeySpec, KeyUsage } from "./key-spec.ts";

/** A KMS key of a template, in one region. A replica is a key of its own with the primary's id and material. */
export type KmsKey = {
  readonly arn: string;
  readonly id: string;
  readonly region: string;
  readonly account: string;
  readonly spec: KeySpec;
  readonly usage: KeyUsage;
  readonly enabled: boolean;
  readonly description: string;
  readonly policy: PolicyDocument;
  /** ARN of the primary, where the key is a multi-Region one; a primary names itself. */
  readonly primaryArn: string | undefined;
  readonly material: Buffer;
};
