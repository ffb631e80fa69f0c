import type { PolicyDocument } from "../aws-service.ts";

const allow = (...actions: readonly string[]): PolicyDocument => ({
  Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }],
});

const writeLogs = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"] as const;

/** AWS keeps these; they are in no template. Text as AWS publishes it, by the part of the ARN after `policy/`. */
const documents: Readonly<Record<string, PolicyDocument>> = {
  "service-role/AmazonAPIGatewayPushToCloudWatchLogs": allow(
    ...writeLogs,
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:GetLogEvents",
    "logs:FilterLogEvents",
  ),
  "service-role/AWSLambdaBasicExecutionRole": allow(...writeLogs),
  "service-role/AWSLambdaDynamoDBExecutionRole": allow(
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    ...writeLogs,
  ),
};

const prefix = "arn:aws:iam::aws:policy/";

export const isAwsManaged = (policyArn: string): boolean => policyArn.startsWith(prefix);

/** The text of an AWS-managed policy; refuses one that is not in the table. */
export const awsManagedPolicy = (policyArn: string, where: string): PolicyDocument => {
  const document = documents[policyArn.slice(prefix.length)];
  if (document === undefined)
    throw new Error(
      `${where}: the AWS-managed policy ${policyArn} is not in local/iam/aws-managed-policies.ts`,
    );
  return document;
};
