/** A type that this machine runs, or the reason why leaving it out changes nothing that a request could notice. */
type Support = "emulated" | { readonly inert: string };

const supportedTypes: Readonly<Record<string, Support>> = {
  "AWS::ApiGateway::Authorizer": "emulated",
  "AWS::ApiGateway::Deployment": "emulated",
  "AWS::ApiGateway::GatewayResponse": "emulated",
  "AWS::ApiGateway::Method": "emulated",
  "AWS::ApiGateway::Model": "emulated",
  "AWS::ApiGateway::RequestValidator": "emulated",
  "AWS::ApiGateway::Resource": "emulated",
  "AWS::ApiGateway::RestApi": "emulated",
  "AWS::ApiGateway::Stage": "emulated",
  "AWS::CloudFormation::CustomResource": "emulated",
  "AWS::DynamoDB::GlobalTable": "emulated",
  "AWS::DynamoDB::Table": "emulated",
  "AWS::Events::Rule": "emulated",
  "AWS::IAM::ManagedPolicy": "emulated",
  "AWS::IAM::Policy": "emulated",
  "AWS::IAM::Role": "emulated",
  "AWS::IAM::RolePolicy": "emulated",
  "AWS::KMS::Alias": "emulated",
  "AWS::KMS::Key": "emulated",
  "AWS::KMS::ReplicaKey": "emulated",
  "AWS::Lambda::Alias": "emulated",
  "AWS::Lambda::EventInvokeConfig": "emulated",
  "AWS::Lambda::EventSourceMapping": "emulated",
  "AWS::Lambda::Function": "emulated",
  "AWS::Lambda::Permission": "emulated",
  "AWS::Lambda::Version": "emulated",
  "AWS::S3::Bucket": "emulated",
  "AWS::S3::BucketPolicy": "emulated",
  "AWS::SageMaker::Endpoint": "emulated",
  "AWS::SageMaker::EndpointConfig": "emulated",
  "AWS::SageMaker::Model": "emulated",
  "AWS::SQS::Queue": "emulated",
  "AWS::SQS::QueuePolicy": "emulated",

  "AWS::ApiGateway::Account": {
    inert: "names the role that writes API Gateway's logs; here they go to the log sink",
  },
  "AWS::ApplicationAutoScaling::ScalableTarget": { inert: "one container per endpoint; nothing scales here" },
  "AWS::ApplicationAutoScaling::ScalingPolicy": { inert: "one container per endpoint; nothing scales here" },
  "AWS::CDK::Metadata": { inert: "usage statistics of the CDK" },
  "AWS::CloudWatch::Alarm": { inert: "no metrics are collected on this machine, so nothing can alarm" },
  "AWS::CloudWatch::CompositeAlarm": { inert: "no metrics are collected on this machine" },
  "AWS::CloudWatch::Dashboard": { inert: "no metrics are collected on this machine" },
  "AWS::Logs::LogGroup": {
    inert: "logs go to the log sink and are not kept; writing them needs no permission here",
  },
  "AWS::Logs::MetricFilter": { inert: "no metrics are collected on this machine" },
  "AWS::SNS::Topic": {
    inert: "only alarms publish, and nothing can alarm; a function's call to SNS is refused",
  },
  "AWS::SNS::TopicPolicy": { inert: "only alarms publish; a function's call to SNS is refused" },
  "AWS::WAFv2::WebACL": { inert: "a filter in front of the API; requests of this machine pass" },
  "AWS::WAFv2::WebACLAssociation": { inert: "a filter in front of the API; requests of this machine pass" },
};

/** Stands for every `Custom::Name`, which CloudFormation treats as a custom resource. */
const customTypePrefix = "Custom::";

/** Custom resources of a template, under either of their two spellings. */
export const isCustomResource = (type: string): boolean =>
  type === "AWS::CloudFormation::CustomResource" || type.startsWith(customTypePrefix);

/** Refuses a type that is neither run here nor known to be without effect. */
export const requireSupportedType = (type: string, where: string): void => {
  if (isCustomResource(type) || supportedTypes[type] !== undefined) return;
  throw new Error(
    `${where}: ${type} has no local emulation and is not known to be inert (local/cloudformation/supported-types.ts)`,
  );
};
