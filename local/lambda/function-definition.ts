import type { Caller } from "../aws-service.ts";
import {
  describe,
  numberProperty,
  objectProperty,
  optionalText,
  refuseOtherProperties,
  textProperty,
} from "../cloudformation/property.ts";
import type { Resource } from "../cloudformation/template.ts";
import type { Credentials } from "../iam/access-keys.ts";
import { numberAt, objectAt, textAt } from "../json-value.ts";

/** A function as the template declares it. */
export type FunctionDefinition = {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly roleArn: string;
  /** Where its code lies on this machine. */
  readonly folder: string;
  readonly handler: string;
  readonly runtime: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  readonly reservedConcurrency: number | undefined;
  readonly logFormat: "Text" | "JSON";
  readonly logLevel: string | undefined;
  /** Its environment variables: resolved when asked for, as one may come from a custom resource. */
  readonly variables: () => Readonly<Record<string, string>>;
};

const modelled = [
  "Code",
  "Environment",
  "FunctionName",
  "Handler",
  "LoggingConfig",
  "MemorySize",
  "ReservedConcurrentExecutions",
  "Role",
  "Runtime",
  "Timeout",
];

/** Without effect here: the processor, disk size, tracing and how AWS stores the variables. */
const inert = ["Architectures", "Description", "EphemeralStorage", "KmsKeyArn", "Tags", "TracingConfig"];

/** Reads a function; refuses what would make it run differently: layers, a VPC, another runtime, a code URL. */
export const readFunctionDefinition = (resource: Resource): FunctionDefinition => {
  refuseOtherProperties(resource, [...modelled, ...inert]);
  const where = describe(resource);
  const runtime = textProperty(resource, "Runtime");
  if (!/^nodejs(22|24)\.x$/.test(runtime))
    throw new Error(
      `${where}: runtime ${runtime} is not modelled locally; functions run on this machine's Node`,
    );
  const logging = objectProperty(resource, "LoggingConfig");
  const reserved = resource.properties["ReservedConcurrentExecutions"];
  return {
    name: resource.ref,
    arn: resource.attribute("Arn"),
    region: resource.stack.region,
    roleArn: textProperty(resource, "Role"),
    folder: resource.stack.assetPath(
      textAt(objectProperty(resource, "Code")["S3Key"], `${where}: Code.S3Key`),
    ),
    handler: textProperty(resource, "Handler"),
    runtime,
    memoryMb: numberProperty(resource, "MemorySize", 128),
    timeoutMs: numberProperty(resource, "Timeout", 3) * 1000,
    reservedConcurrency: reserved === undefined ? undefined : numberAt(reserved, where),
    logFormat: logging["LogFormat"] === "JSON" ? "JSON" : "Text",
    logLevel: typeof logging["ApplicationLogLevel"] === "string" ? logging["ApplicationLogLevel"] : undefined,
    variables: () => {
      const variables = objectAt(objectProperty(resource, "Environment")["Variables"] ?? {}, where);
      return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]));
    },
  };
};

/** The trust that a permission of the templates gives: which service, for which source. */
export type InvokePermission = {
  readonly functionArn: string;
  readonly principal: string;
  readonly sourceArn: string | undefined;
};

/** Reads a `AWS::Lambda::Permission`; `findArn` turns the function's name or ARN into its ARN. */
export const readInvokePermission = (
  resource: Resource,
  findArn: (arnOrName: string) => string,
): InvokePermission => {
  refuseOtherProperties(resource, ["Action", "FunctionName", "Principal", "SourceAccount", "SourceArn"]);
  const action = textProperty(resource, "Action");
  if (action !== "lambda:InvokeFunction")
    throw new Error(`${describe(resource)}: ${action} is not modelled locally`);
  return {
    functionArn: findArn(textProperty(resource, "FunctionName")),
    principal: textProperty(resource, "Principal"),
    sourceArn: optionalText(resource, "SourceArn"),
  };
};

/** The variables of an execution environment: the function's own and those that Lambda adds. */
export const environmentVariables = (
  definition: FunctionDefinition,
  credentials: Credentials,
  awsEndpointUrl: string,
): Readonly<Record<string, string>> => ({
  ...definition.variables(),
  _HANDLER: definition.handler,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_DEFAULT_REGION: definition.region,
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_ENDPOINT_URL: awsEndpointUrl,
  AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
  AWS_LAMBDA_FUNCTION_NAME: definition.name,
  AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
  AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
  AWS_LAMBDA_LOG_FORMAT: definition.logFormat,
  ...(definition.logLevel === undefined ? {} : { AWS_LAMBDA_LOG_LEVEL: definition.logLevel }),
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
  AWS_REGION: definition.region,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_SESSION_TOKEN: credentials.sessionToken,
  LAMBDA_TASK_ROOT: definition.folder,
  LANG: "en_US.UTF-8",
  PATH: "/usr/local/bin:/usr/bin:/bin",
  TZ: ":UTC",
});

/** A function together with the session that its code acts as. */
export type DeployableFunction = {
  readonly definition: FunctionDefinition;
  readonly caller: Caller;
  readonly permissions: readonly InvokePermission[];
  /** All variables of an execution environment. */
  readonly variables: () => Readonly<Record<string, string>>;
};
