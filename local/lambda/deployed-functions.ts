import { AwsError } from "../aws-service.ts";
import type { Deployment } from "../cloudformation/template.ts";
import type { AccessKeys } from "../iam/access-keys.ts";
import { assumeRole, type Roles } from "../iam/roles.ts";
import { environmentVariables, readFunctionDefinition, readInvokePermission } from "./function-definition.ts";
import { FunctionPool, type PoolOptions } from "./function-pool.ts";
import type { Functions } from "./function-runner.ts";

export interface DeployedFunctions extends Functions {
  find(arnOrName: string, region: string): FunctionPool;
  readonly all: readonly FunctionPool[];
  /** Throws when a function's environment cannot be resolved: before the first request, not at it. */
  requireResolved(): void;
  stop(): Promise<void>;
}

type Options = PoolOptions & {
  readonly roles: Roles;
  readonly accessKeys: AccessKeys;
  readonly awsEndpointUrl: string;
};

const withoutQualifier = (arn: string): string => arn.split(":").slice(0, 7).join(":");

/** Every function of the deployment, ready to be invoked; environments start with the first request. */
export const deployFunctions = (deployment: Deployment, options: Options): DeployedFunctions => {
  const definitions = deployment.resources("AWS::Lambda::Function").map(readFunctionDefinition);
  const arnOf = (arnOrName: string, region: string): string => {
    const found = definitions.find((definition) =>
      arnOrName.startsWith("arn:")
        ? definition.arn === withoutQualifier(arnOrName)
        : definition.name === arnOrName.split(":")[0] && definition.region === region,
    );
    if (found === undefined)
      throw new AwsError("ResourceNotFoundException", `Function not found: ${arnOrName}`, 404);
    return found.arn;
  };
  const permissions = deployment
    .resources("AWS::Lambda::Permission")
    .map((resource) =>
      readInvokePermission(resource, (arnOrName) => arnOf(arnOrName, resource.stack.region)),
    );
  const pools = new Map(
    definitions.map((definition) => {
      const caller = assumeRole(
        options.roles.find(definition.roleArn),
        "lambda.amazonaws.com",
        definition.name,
      );
      const credentials = options.accessKeys.issue(caller);
      const variables = () => environmentVariables(definition, credentials, options.awsEndpointUrl);
      const own = permissions.filter((permission) => permission.functionArn === definition.arn);
      return [definition.arn, new FunctionPool({ definition, caller, permissions: own, variables }, options)];
    }),
  );
  return {
    find: (arnOrName, region) => {
      const pool = pools.get(arnOf(arnOrName, region));
      if (pool === undefined)
        throw new AwsError("ResourceNotFoundException", `Function not found: ${arnOrName}`, 404);
      return pool;
    },
    all: [...pools.values()],
    requireResolved: () => {
      for (const definition of definitions) definition.variables();
    },
    stop: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.stop()));
    },
  };
};
