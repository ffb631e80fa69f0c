import { RemovalPolicy } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";

/** A log group under our key. Logs hold ids and counts, never content, so a quarter of them is kept for finding faults. */
export const keptLog = (scope: Construct, id: string, { name, key }: { name: string; key: IKey }): LogGroup =>
  new LogGroup(scope, id, {
    logGroupName: name,
    encryptionKey: key,
    retention: RetentionDays.THREE_MONTHS,
    removalPolicy: RemovalPolicy.DESTROY,
  });
