import { CfnOutput, type Stack } from "aws-cdk-lib";

/** What a deployment tells its operator and their tools. */
export const output = (stack: Stack, name: string, value: string): CfnOutput =>
  new CfnOutput(stack, name, { value });
