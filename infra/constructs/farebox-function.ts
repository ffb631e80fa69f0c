import path from "node:path";
import { type Duration, Stack, Validations } from "aws-cdk-lib";
import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Architecture, Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import { type Bucket, CfnBucket, type IBucket } from "aws-cdk-lib/aws-s3";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { environment, type FunctionName } from "../../functions/contract.ts";
import { keptLog } from "./kept-log.ts";

/** What all functions of a region share. */
type FunctionSettings = {
  readonly stage: string;
  readonly allowedOrigins: readonly string[];
  /** Holds a folder with an `index.mjs` per function. */
  readonly functionsFolder: string;
  /** The region's key. */
  readonly key: IKey;
};

type FareboxFunctionProps = FunctionSettings & {
  readonly name: FunctionName;
  readonly memoryMb: number;
  readonly timeout: Duration;
};

type FileAction = "GetObject" | "PutObject" | "DeleteObject";

type TableAction = "GetItem" | "PutItem" | "UpdateItem" | "Query" | "DeleteItem";

/**
 * A Lambda function of functions/, with a role and a log group of its own. It may write its log and nothing else;
 * each further permission comes with the variable that tells the function what it is for. Tracing is off: X-Ray's SDK
 * is at its end, and the log carries the request's id.
 */
export class FareboxFunction extends Construct {
  readonly name: FunctionName;
  readonly lambda: LambdaFunction;
  readonly log: LogGroup;
  private readonly key: IKey;

  constructor(scope: Construct, id: string, props: FareboxFunctionProps) {
    super(scope, id);
    const { name, stage, key } = props;
    this.name = name;
    this.key = key;
    this.log = keptLog(this, "Log", { name: `/farebox/${stage}/${name}`, key });
    const role = new Role(this, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
    this.log.grantWrite(role);
    this.lambda = new LambdaFunction(this, "Function", {
      functionName: `farebox-${stage}-${name}`,
      code: Code.fromAsset(path.join(props.functionsFolder, name)),
      handler: "index.handler",
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memoryMb,
      timeout: props.timeout,
      role,
      logGroup: this.log,
      environment: {
        [environment.stage]: stage,
        [environment.allowedOrigins]: props.allowedOrigins.join(","),
      },
    });
  }

  /** Grants these actions on a table, and puts the table's name into `variable`. */
  mayUseTable(
    table: Pick<ITableV2, "tableArn" | "tableName">,
    variable: string,
    actions: readonly TableAction[],
  ): void {
    this.lambda.addToRolePolicy(
      new PolicyStatement({
        actions: actions.map((action) => `dynamodb:${action}`),
        resources: [table.tableArn],
      }),
    );
    // DynamoDB unwraps a table's data key in its caller's name, to read and to write alike.
    this.mayUseKeyThrough("dynamodb", ["kms:Decrypt"]);
    this.lambda.addEnvironment(variable, table.tableName);
  }

  /** Grants what an event source mapping takes: Lambda reads a table's stream in the function's name. */
  mayReadStream(streamArn: string): void {
    this.lambda.addToRolePolicy(
      new PolicyStatement({
        actions: ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"].map(
          (action) => `dynamodb:${action}`,
        ),
        resources: [streamArn],
      }),
    );
    // A stream is under its table's key.
    this.mayUseKeyThrough("dynamodb", ["kms:Decrypt"]);
  }

  /** Grants reading a table's stream, whichever it is: its ARN has a part that is not known before it is there. */
  mayReadStreamOf(table: Pick<ITableV2, "tableArn">): void {
    const streams = `${table.tableArn}/stream/*`;
    Validations.of(this).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${streams}]`,
      reason: "The streams of this one table: the label of the current one is not known before it is there.",
    });
    this.mayReadStream(streams);
  }

  /** Grants asking what a table is, not what is in it. */
  mayDescribe(table: Pick<ITableV2, "tableArn">): void {
    this.lambda.addToRolePolicy(
      new PolicyStatement({ actions: ["dynamodb:DescribeTable"], resources: [table.tableArn] }),
    );
  }

  /**
   * Grants adding, reading and listing objects whose names begin with `prefix`, and puts the bucket's name into `variable`.
   * Nothing is granted that removes an object, or ends its retention.
   */
  mayAppendTo(bucket: Bucket, prefix: string, variable: string): void {
    this.lambda.addToRolePolicy(
      new PolicyStatement({
        actions: ["s3:PutObject", "s3:GetObject"],
        resources: [bucket.arnForObjects(`${prefix}*`)],
      }),
    );
    const template = bucket.node.defaultChild;
    if (!(template instanceof CfnBucket)) throw new Error(`${bucket.node.path} has no AWS::S3::Bucket`);
    Validations.of(this).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${Stack.of(bucket).getLogicalId(template)}.Arn>/${prefix}*]`,
      reason: "All objects under this one prefix: their names are not known before they are written.",
    });
    this.lambda.addToRolePolicy(
      new PolicyStatement({
        actions: ["s3:ListBucket"],
        resources: [bucket.bucketArn],
        conditions: { StringLike: { "s3:prefix": `${prefix}*` } },
      }),
    );
    this.mayUseKeyThrough("s3", ["kms:GenerateDataKey", "kms:Decrypt"]);
    this.lambda.addEnvironment(variable, bucket.bucketName);
  }

  /** Grants reading and listing the archives of all regions, and puts into `variable` where they are. */
  mayReadArchives(
    archives: readonly { readonly region: string; readonly bucketName: string }[],
    variable: string,
  ): void {
    const { account } = Stack.of(this);
    const arnOf = (bucketName: string): string => `arn:aws:s3:::${bucketName}`;
    this.lambda.addToRolePolicy(
      new PolicyStatement({
        actions: ["s3:GetObject"],
        resources: archives.map(({ bucketName }) => `${arnOf(bucketName)}/*`),
      }),
    );
    this.lambda.addToRolePolicy(
      new PolicyStatement({
        actions: ["s3:ListBucket"],
        resources: archives.map(({ bucketName }) => arnOf(bucketName)),
      }),
    );
    for (const { region, bucketName } of archives) {
      Validations.of(this).acknowledge({
        id: `AwsSolutions-IAM5[Resource::arn:aws:s3:::${bucketName}/*]`,
        reason: "An audit reads all of the archive: there is nothing else in its bucket.",
      });
      // A replica of the key has its id, in every region.
      const isHere = region === Stack.of(this).region;
      const keyArn = isHere ? this.key.keyArn : `arn:aws:kms:${region}:${account}:key/${this.key.keyId}`;
      this.mayUseKeyThrough("s3", ["kms:Decrypt"], region, keyArn);
    }
    this.lambda.addEnvironment(
      variable,
      archives.map(({ region, bucketName }) => `${region}=${bucketName}`).join(","),
    );
  }

  /** Grants these actions on customers' files, and puts the bucket's name into `variable`. */
  mayUseFiles(
    bucket: Pick<IBucket, "arnForObjects" | "bucketArn" | "bucketName">,
    variable: string,
    actions: readonly FileAction[],
  ): void {
    const files = bucket.arnForObjects("*");
    this.lambda.addToRolePolicy(
      new PolicyStatement({ actions: actions.map((action) => `s3:${action}`), resources: [files] }),
    );
    Validations.of(this).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${files}]`,
      reason:
        "Files of all customers: the function itself names its caller's folder, as the key says who calls.",
    });
    // Without it S3 does not say that an object is missing, but that it may not be read.
    this.lambda.addToRolePolicy(
      new PolicyStatement({ actions: ["s3:ListBucket"], resources: [bucket.bucketArn] }),
    );
    this.mayUseKeyThrough("s3", [
      ...(actions.includes("PutObject") ? ["kms:GenerateDataKey"] : []),
      "kms:Decrypt",
    ]);
    this.lambda.addEnvironment(variable, bucket.bucketName);
  }

  /** Grants sending messages to a queue, and puts its URL into `variable`. */
  maySendTo(queue: Pick<IQueue, "queueArn" | "queueUrl">, variable: string): void {
    this.lambda.addToRolePolicy(
      new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [queue.queueArn] }),
    );
    this.lambda.addEnvironment(variable, queue.queueUrl);
  }

  /** Grants what an event source mapping takes, and to say how long a message is hidden while the function works on it. */
  mayReceiveFrom(queue: Pick<IQueue, "queueArn">): void {
    this.lambda.addToRolePolicy(
      new PolicyStatement({
        actions: ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes", "ChangeMessageVisibility"].map(
          (action) => `sqs:${action}`,
        ),
        resources: [queue.queueArn],
      }),
    );
  }

  /** Grants calls, whole and streamed, to these endpoints. Their names are in the catalogue, so there is no variable. */
  mayInvokeEndpoints(endpointArns: readonly string[]): void {
    if (endpointArns.length === 0) return;
    this.lambda.addToRolePolicy(
      new PolicyStatement({
        actions: ["sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpointWithResponseStream"],
        resources: [...endpointArns],
      }),
    );
  }

  /** Allows fetching images from these hosts. Any function reaches the internet; what it asks for there is its own discipline. */
  mayFetchImagesFrom(hosts: readonly string[]): void {
    if (hosts.length > 0) this.lambda.addEnvironment(environment.imageHosts, hosts.join(","));
  }

  /** A region's key, our own unless said, for what a service does in the function's name; nothing else may ask for it. */
  private mayUseKeyThrough(
    service: "dynamodb" | "s3",
    actions: readonly string[],
    region = Stack.of(this).region,
    keyArn = this.key.keyArn,
  ): void {
    this.lambda.addToRolePolicy(
      new PolicyStatement({
        actions: [...actions],
        resources: [keyArn],
        conditions: { StringEquals: { "kms:ViaService": `${service}.${region}.amazonaws.com` } },
      }),
    );
  }
}
