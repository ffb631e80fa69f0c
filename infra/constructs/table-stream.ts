import { CustomResource, Duration } from "aws-cdk-lib";
import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { Construct } from "constructs";
import { streamArnAttribute, tableNameProperty } from "../../functions/contract.ts";
import type { FareboxFunction } from "./farebox-function.ts";

/**
 * The ARN of a global table's stream in this region: each replica has its own, with a part that nobody can know before it
 * is there, and CloudFormation tells only that of the table's home.
 */
export const streamArnOf = (
  scope: Construct,
  id: string,
  { table, finder }: { readonly table: ITableV2; readonly finder: FareboxFunction },
): string => {
  finder.mayDescribe(table);
  const found = new CustomResource(scope, id, {
    resourceType: "Custom::FareboxTableStream",
    serviceToken: finder.lambda.functionArn,
    serviceTimeout: Duration.minutes(5),
    properties: { [tableNameProperty]: table.tableName },
  });
  // CloudFormation would call the function as soon as it exists, before its role may read.
  found.node.addDependency(finder);
  return found.getAttString(streamArnAttribute);
};
