import { ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";

/** An alarm's settings: it rings in the first period that comes to `threshold`; where nothing happens, nothing is wrong. */
export const atOrAbove = (threshold: number) => ({
  threshold,
  evaluationPeriods: 1,
  comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  treatMissingData: TreatMissingData.NOT_BREACHING,
});
