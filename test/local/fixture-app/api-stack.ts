import path from "node:path";
import { CustomResource, Duration, Stack, type StackProps } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as kms from "aws-cdk-lib/aws-kms";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";

type ApiStackProps = StackProps & {
  readonly keyArn: string;
  readonly tableName: string;
  readonly withoutTableGrant: boolean;
  readonly withoutKeyGrant: boolean;
};

/** One region's API, its functions and the custom resource that seeds the table. */
export class ApiStack extends Stack {
  constructor(scope: Construct, id: string, props: ApiStackProps) {
    super(scope, id, props);
    const key = kms.Key.fromKeyArn(this, "Key", props.keyArn);
    const table = dynamodb.TableV2.fromTableAttributes(this, "Table", {
      tableName: props.tableName,
      ...(props.withoutKeyGrant ? {} : { encryptionKey: key }),
      grantIndexPermissions: true,
    });
    const code = lambda.Code.fromAsset(path.join(import.meta.dirname, "handlers"));
    const fn = (name: string, extra: Partial<lambda.FunctionProps> = {}) =>
      new lambda.Function(this, name, {
        code,
        functionName: `fixture-${name.toLowerCase()}`,
        handler: `${name.toLowerCase()}.handler`,
        runtime: lambda.Runtime.NODEJS_24_X,
        memorySize: 256,
        timeout: Duration.seconds(10),
        environment: { TABLE_NAME: table.tableName },
        ...extra,
      });

    const items = fn("Items");
    if (!props.withoutTableGrant) table.grantReadWriteData(items);
    const stream = fn("Stream", { timeout: Duration.minutes(1) });
    table.grantWriteData(stream);
    fn("Faults", { timeout: Duration.seconds(1), reservedConcurrentExecutions: 2 });
    fn("Broken");
    const seed = fn("Seed");
    table.grantWriteData(seed);
    const seeded = new CustomResource(this, "Seeded", {
      serviceToken: seed.functionArn,
      resourceType: "Custom::Seed",
      properties: { Count: 3, Urgent: true, Names: ["a", "b"] },
    });
    items.addEnvironment("SEED_ID", seeded.ref);
    items.addEnvironment("SEED_TOKEN", seeded.getAttString("Token"));

    const queue = (name: string, extra: Partial<sqs.QueueProps> = {}) =>
      new sqs.Queue(this, name, {
        queueName: `fixture-${name.toLowerCase()}`,
        encryption: sqs.QueueEncryption.KMS,
        encryptionMasterKey: key,
        enforceSSL: true,
        ...extra,
      });
    // A worker's first message waits for its cold start, which takes seconds on a busy machine.
    const work = queue("Work", {
      visibilityTimeout: Duration.seconds(3),
      deadLetterQueue: { queue: queue("Dead"), maxReceiveCount: 2 },
    });
    const worker = fn("Worker", { timeout: Duration.seconds(3) });
    table.grantWriteData(worker);
    worker.addEventSource(
      new SqsEventSource(work, { batchSize: 5, maxConcurrency: 2, reportBatchItemFailures: true }),
    );

    const authorizer = new apigateway.RequestAuthorizer(this, "Authorizer", {
      handler: fn("Authorize"),
      identitySources: [apigateway.IdentitySource.header("Authorization")],
      resultsCacheTtl: Duration.seconds(60),
    });
    const api = new apigateway.RestApi(this, "Api", {
      deployOptions: { stageName: "live" },
      endpointTypes: [apigateway.EndpointType.REGIONAL],
    });
    const guarded = { authorizer, authorizationType: apigateway.AuthorizationType.CUSTOM };
    api.root
      .addResource("items")
      .addResource("{id}")
      .addMethod("ANY", new apigateway.LambdaIntegration(items), guarded);
    api.root.addResource("stream").addMethod(
      "POST",
      new apigateway.LambdaIntegration(stream, {
        responseTransferMode: apigateway.ResponseTransferMode.STREAM,
        timeout: Duration.minutes(1),
      }),
      guarded,
    );
  }
}
