import { RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, Billing, type TablePropsV2 } from "aws-cdk-lib/aws-dynamodb";
import { tableKeys } from "../../functions/contract.ts";

/**
 * What every table of ours has: it is paid by use, can be restored to any second of the last 35 days, and is deleted
 * neither by a mistaken click nor with its stack.
 */
export const keptTable = {
  partitionKey: { name: tableKeys.partition, type: AttributeType.STRING },
  sortKey: { name: tableKeys.sort, type: AttributeType.STRING },
  billing: Billing.onDemand(),
  pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
  deletionProtection: true,
  removalPolicy: RemovalPolicy.RETAIN,
} as const satisfies TablePropsV2;
