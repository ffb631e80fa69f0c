import { createHash } from "node:crypto";

/** What a resource's physical name and attributes are made of. */
export type Identified = {
  readonly stackName: string;
  readonly account: string;
  readonly region: string;
  readonly logicalId: string;
  readonly type: string;
  /** A resolved property, where the template has it. */
  property(name: string): unknown;
};

type Identity = {
  /** What `Ref` yields. */
  readonly ref: (resource: Identified) => string;
  readonly attributes?: Readonly<Record<string, (resource: Identified, ref: string) => string>>;
};

const digest = (text: string, length: number): string =>
  createHash("sha256").update(text).digest("hex").slice(0, length);

const seedOf = (resource: Identified): string =>
  `${resource.account}/${resource.region}/${resource.stackName}/${resource.logicalId}`;

/** As CloudFormation makes names: stack, logical id and twelve characters that make it unique. Here the same at every start. */
const generatedName = (resource: Identified, lengthMax: number): string => {
  const suffix = digest(seedOf(resource), 12);
  return `${`${resource.stackName}-${resource.logicalId}`.slice(0, lengthMax - 13)}-${suffix}`;
};

const arn = (resource: Identified, service: string, rest: string): string =>
  `arn:aws:${service}:${resource.region}:${resource.account}:${rest}`;

const iamArn = (resource: Identified, rest: string): string => `arn:aws:iam::${resource.account}:${rest}`;

const named =
  (property: string, lengthMax = 63) =>
  (resource: Identified): string => {
    const given = resource.property(property);
    return typeof given === "string" ? given : generatedName(resource, lengthMax);
  };

const shortId =
  (length: number) =>
  (resource: Identified): string =>
    digest(seedOf(resource), length);

const keyId = (resource: Identified): string => {
  const id = digest(seedOf(resource), 32);
  if (resource.property("MultiRegion") === true) return `mrk-${id}`;
  return [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20)].join("-");
};

const kmsAttributes: Identity["attributes"] = {
  Arn: (resource, ref) => arn(resource, "kms", `key/${ref}`),
  KeyId: (_resource, ref) => ref,
};

const tableIdentity: Identity = {
  ref: named("TableName", 255),
  attributes: { Arn: (resource, ref) => arn(resource, "dynamodb", `table/${ref}`) },
};

/** SageMaker's `Ref` is the ARN, and its ARNs are lower-case. */
const sageMakerIdentity = (kind: string, nameProperty: string): Identity => ({
  ref: (resource) => arn(resource, "sagemaker", `${kind}/${named(nameProperty)(resource).toLowerCase()}`),
  attributes: { [nameProperty]: (resource) => named(nameProperty)(resource) },
});

const functionArn = (resource: Identified): string => {
  const name = text(resource, "FunctionName");
  return name.startsWith("arn:") ? name : arn(resource, "lambda", `function:${name}`);
};

const text = (resource: Identified, property: string, absent = ""): string => {
  const value = resource.property(property);
  return typeof value === "string" ? value : absent;
};

const iamPath = (resource: Identified): string => text(resource, "Path", "/");

const identities: Readonly<Record<string, Identity>> = {
  "AWS::ApiGateway::Authorizer": { ref: shortId(6), attributes: { AuthorizerId: (_resource, ref) => ref } },
  "AWS::ApiGateway::Deployment": { ref: shortId(6), attributes: { DeploymentId: (_resource, ref) => ref } },
  "AWS::ApiGateway::Model": { ref: named("Name") },
  "AWS::ApiGateway::RequestValidator": { ref: shortId(6) },
  "AWS::ApiGateway::Resource": { ref: shortId(6), attributes: { ResourceId: (_resource, ref) => ref } },
  "AWS::ApiGateway::RestApi": {
    ref: shortId(10),
    attributes: {
      RestApiId: (_resource, ref) => ref,
      RootResourceId: (resource) => digest(`${seedOf(resource)}/`, 10),
    },
  },
  "AWS::ApiGateway::Stage": { ref: named("StageName") },
  "AWS::DynamoDB::GlobalTable": tableIdentity,
  "AWS::DynamoDB::Table": tableIdentity,
  "AWS::Events::Rule": {
    ref: named("Name"),
    attributes: { Arn: (resource, ref) => arn(resource, "events", `rule/${ref}`) },
  },
  "AWS::IAM::ManagedPolicy": {
    ref: (resource) => iamArn(resource, `policy${iamPath(resource)}${named("ManagedPolicyName")(resource)}`),
  },
  "AWS::IAM::Role": {
    ref: named("RoleName", 64),
    attributes: {
      Arn: (resource, ref) => iamArn(resource, `role${iamPath(resource)}${ref}`),
      RoleId: (resource) => `AROA${digest(seedOf(resource), 17).toUpperCase()}`,
    },
  },
  "AWS::KMS::Alias": { ref: named("AliasName") },
  "AWS::KMS::Key": { ref: keyId, attributes: kmsAttributes },
  // A replica of a multi-Region key has the key id of its primary, in its own region.
  "AWS::KMS::ReplicaKey": {
    ref: (resource) => text(resource, "PrimaryKeyArn").replace(/^.*\//, ""),
    attributes: kmsAttributes,
  },
  "AWS::Lambda::Alias": {
    ref: (resource) => `${functionArn(resource)}:${text(resource, "Name")}`,
  },
  "AWS::Lambda::EventSourceMapping": {
    ref: keyId,
    attributes: { Id: (_resource, ref) => ref },
  },
  "AWS::Lambda::Function": {
    ref: named("FunctionName", 64),
    attributes: { Arn: (resource, ref) => arn(resource, "lambda", `function:${ref}`) },
  },
  "AWS::Lambda::Version": {
    ref: (resource) => `${functionArn(resource)}:1`,
    attributes: { Version: () => "1", FunctionArn: (_resource, ref) => ref },
  },
  "AWS::Logs::LogGroup": {
    ref: named("LogGroupName", 255),
    attributes: { Arn: (resource, ref) => arn(resource, "logs", `log-group:${ref}:*`) },
  },
  "AWS::S3::Bucket": {
    ref: (resource) => named("BucketName")(resource).toLowerCase(),
    attributes: {
      Arn: (_resource, ref) => `arn:aws:s3:::${ref}`,
      DomainName: (_resource, ref) => `${ref}.s3.amazonaws.com`,
      RegionalDomainName: (resource, ref) => `${ref}.s3.${resource.region}.amazonaws.com`,
    },
  },
  "AWS::SageMaker::Endpoint": sageMakerIdentity("endpoint", "EndpointName"),
  "AWS::SageMaker::EndpointConfig": sageMakerIdentity("endpoint-config", "EndpointConfigName"),
  "AWS::SageMaker::Model": sageMakerIdentity("model", "ModelName"),
  "AWS::SNS::Topic": {
    ref: (resource) => arn(resource, "sns", named("TopicName")(resource)),
    attributes: {
      TopicArn: (resource) => arn(resource, "sns", named("TopicName")(resource)),
      TopicName: (resource) => named("TopicName")(resource),
    },
  },
  "AWS::SQS::Queue": {
    ref: (resource) =>
      `https://sqs.${resource.region}.amazonaws.com/${resource.account}/${named("QueueName")(resource)}`,
    attributes: {
      Arn: (resource) => arn(resource, "sqs", named("QueueName")(resource)),
      QueueName: (resource) => named("QueueName")(resource),
    },
  },
  "AWS::CloudWatch::Alarm": {
    ref: named("AlarmName"),
    attributes: { Arn: (resource, ref) => arn(resource, "cloudwatch", `alarm:${ref}`) },
  },
};

/** What `Ref` yields for a resource. */
export const refOf = (resource: Identified): string =>
  identities[resource.type]?.ref(resource) ?? generatedName(resource, 63);

/** What `Fn::GetAtt` yields; refuses an attribute that is not modelled. */
export const attributeOf = (resource: Identified, attribute: string): string => {
  const read = identities[resource.type]?.attributes?.[attribute];
  if (read === undefined)
    throw new Error(
      `${resource.stackName}/${resource.logicalId}: attribute ${resource.type}.${attribute} is not modelled locally`,
    );
  return read(resource, refOf(resource));
};
