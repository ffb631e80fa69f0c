import { Duration, Validations } from "aws-cdk-lib";
import {
  AuthorizationType,
  EndpointType,
  IdentitySource,
  LambdaIntegration,
  LogGroupLogDestination,
  RequestAuthorizer,
  ResponseTransferMode,
  RestApi,
} from "aws-cdk-lib/aws-apigateway";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import { authorizerCacheSeconds, binaryMediaTypes, streamSecondsMax } from "../../functions/contract.ts";
import type { Farebox } from "../config.ts";
import { accessLogFormat } from "./access-log.ts";
import type { FareboxFunction } from "./farebox-function.ts";
import { addGatewayResponses } from "./gateway-responses.ts";
import { keptLog } from "./kept-log.ts";

type PublicApiProps = {
  readonly farebox: Farebox;
  readonly key: IKey;
  /** Decides on every route that is not open. */
  readonly authorize: FareboxFunction;
};

type Method = "GET" | "POST" | "DELETE";

/** The function gives up first: its answer explains more than the gateway's. */
const gatewayMarginSeconds = 30;

/** A region's REST API: the one kind that streams Lambda's answers. Every route is a function; the gateway decides nothing else. */
export class PublicApi extends Construct {
  readonly rest: RestApi;
  private readonly authorizer: RequestAuthorizer;

  constructor(scope: Construct, id: string, { farebox, key, authorize }: PublicApiProps) {
    super(scope, id);
    const { stage, throttle, allowedOrigins } = farebox;
    const log = keptLog(this, "AccessLog", { name: `/farebox/${stage}/access`, key });
    this.rest = new RestApi(this, "Rest", {
      restApiName: `farebox-${stage}`,
      endpointTypes: [EndpointType.REGIONAL],
      binaryMediaTypes: [...binaryMediaTypes],
      cloudWatchRole: true,
      deployOptions: {
        stageName: "api",
        throttlingRateLimit: throttle.requestsPerSecond,
        throttlingBurstLimit: throttle.burst,
        accessLogDestination: new LogGroupLogDestination(log),
        accessLogFormat,
      },
      defaultCorsPreflightOptions: {
        allowOrigins: [...allowedOrigins],
        allowMethods: ["GET", "POST", "DELETE"],
        // `*` is every header but Authorization. OpenAI's client sends a dozen of its own, and adds to them.
        allowHeaders: ["Authorization", "*"],
        maxAge: Duration.hours(1),
      },
    });
    addGatewayResponses(this.rest, allowedOrigins);
    this.authorizer = new RequestAuthorizer(this, "Authorizer", {
      handler: authorize.lambda,
      identitySources: [IdentitySource.header("Authorization")],
      resultsCacheTtl: Duration.seconds(authorizerCacheSeconds),
    });
    this.acknowledge();
  }

  /** A route for holders of a key, answered whole. */
  route(method: Method, path: string, to: FareboxFunction): void {
    this.add(method, path, new LambdaIntegration(to.lambda, { allowTestInvoke: false }));
  }

  /** A route for holders of a key whose answer is passed on as it comes, for as long as a model may take. */
  streamingRoute(method: Method, path: string, to: FareboxFunction): void {
    const integration = new LambdaIntegration(to.lambda, {
      allowTestInvoke: false,
      responseTransferMode: ResponseTransferMode.STREAM,
      timeout: Duration.seconds(streamSecondsMax + gatewayMarginSeconds),
    });
    this.add(method, path, integration);
  }

  /** A route for everybody. */
  openRoute(method: Method, path: string, to: FareboxFunction, reason: string): void {
    const added = this.rest.root
      .resourceForPath(path)
      .addMethod(method, new LambdaIntegration(to.lambda, { allowTestInvoke: false }), {
        authorizationType: AuthorizationType.NONE,
      });
    Validations.of(added).acknowledge(
      { id: "AwsSolutions-APIG4", reason },
      { id: "AwsSolutions-COG4", reason },
    );
  }

  private add(method: string, path: string, integration: LambdaIntegration): void {
    const added = this.rest.root.resourceForPath(path).addMethod(method, integration, {
      authorizer: this.authorizer,
      authorizationType: AuthorizationType.CUSTOM,
    });
    Validations.of(added).acknowledge({
      id: "AwsSolutions-COG4",
      reason:
        "Customers are programs with API keys, not users of a Cognito pool; our own authorizer checks the key.",
    });
  }

  private acknowledge(): void {
    Validations.of(this.rest).acknowledge(
      {
        id: "AwsSolutions-APIG2",
        reason: "Functions validate requests themselves: they say which field is wrong, in OpenAI's shape.",
      },
      {
        id: "AwsSolutions-APIG3",
        reason:
          "Stage throttles bound the cost, and a bad key is refused by its checksum. A web ACL is the operator's choice.",
      },
      {
        id: "AwsSolutions-APIG6",
        reason: "Execution logs may hold headers and bodies; access logs and functions' logs never do.",
      },
      {
        id: "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]",
        reason: "API Gateway checks its account-wide logging role against this very policy.",
      },
    );
  }
}
