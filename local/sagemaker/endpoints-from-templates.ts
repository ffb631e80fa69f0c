import { z } from "zod";
import { describe } from "../cloudformation/property.ts";
import type { Deployment, Resource } from "../cloudformation/template.ts";
import { inert, parseProperties } from "../kms/parse-properties.ts";
import type { Endpoint, Model, Variant } from "./endpoint.ts";
import { mustTrustSageMaker } from "./execution-role.ts";

const mib = 1024 ** 2;
const instanceBodyBytesMax = 25 * mib;
const serverlessBodyBytesMax = 4 * mib;

/** Refused: tar.gz model data (`ModelDataUrl`), multi-model containers, inference pipelines (`Containers`). */
const modelProperties = z.strictObject({
  ModelName: z.string().optional(),
  ExecutionRoleArn: z.string(),
  PrimaryContainer: z.strictObject({
    Image: z.string(),
    Environment: z.record(z.string(), z.string()).default({}),
    Mode: z.literal("SingleModel").optional(),
    ModelDataSource: z
      .strictObject({
        S3DataSource: z.strictObject({
          S3Uri: z.string().regex(/^s3:\/\/[^/]+\/.*/),
          S3DataType: z.literal("S3Prefix"),
          CompressionType: z.literal("None"),
        }),
      })
      .optional(),
  }),
  EnableNetworkIsolation: inert,
  VpcConfig: inert,
  Tags: inert,
});

const variantProperties = z.strictObject({
  VariantName: z.string(),
  ModelName: z.string({
    error: "a variant without ModelName serves inference components, which are not modelled",
  }),
  InitialVariantWeight: z.number().min(0).default(1),
  InstanceType: z.string().optional(),
  ServerlessConfig: z
    .strictObject({ MaxConcurrency: inert, MemorySizeInMB: inert, ProvisionedConcurrency: inert })
    .optional(),
  // However many instances a variant has, one container on this machine stands for them.
  InitialInstanceCount: inert,
  ManagedInstanceScaling: inert,
  RoutingConfig: inert,
  ModelDataDownloadTimeoutInSeconds: inert,
  ContainerStartupHealthCheckTimeoutInSeconds: inert,
  InferenceAmiVersion: inert,
  VolumeSizeInGB: inert,
  EnableSSMAccess: inert,
});

/** Refused: data capture, asynchronous inference, shadow variants, explainers. */
const endpointConfigProperties = z.strictObject({
  EndpointConfigName: z.string().optional(),
  ProductionVariants: z.array(variantProperties).min(1),
  ExecutionRoleArn: inert,
  EnableNetworkIsolation: inert,
  KmsKeyId: inert,
  VpcConfig: inert,
  Tags: inert,
});

const endpointProperties = z.strictObject({
  EndpointName: z.string().optional(),
  EndpointConfigName: z.string(),
  DeploymentConfig: inert,
  ExcludeRetainedVariantProperties: inert,
  RetainAllVariantProperties: inert,
  RetainDeploymentConfig: inert,
  Tags: inert,
});

/** Every endpoint of the deployment; throws, naming the resource, on what cannot run here. */
export function endpointsFromTemplates(deployment: Deployment): Endpoint[] {
  const [component] = deployment.resources("AWS::SageMaker::InferenceComponent");
  if (component !== undefined) {
    throw new Error(`${describe(component)}: inference components are not modelled on this machine`);
  }
  return deployment.resources("AWS::SageMaker::Endpoint").map((resource) => endpointOf(resource, deployment));
}

function endpointOf(resource: Resource, deployment: Deployment): Endpoint {
  const { EndpointConfigName } = parseProperties(resource, endpointProperties);
  const config = findNamed(resource, deployment, "EndpointConfig", EndpointConfigName);
  const { ProductionVariants } = parseProperties(config, endpointConfigProperties);
  const { region, account } = resource.stack;
  const name = resource.attribute("EndpointName");
  return {
    name,
    arn: `arn:aws:sagemaker:${region}:${account}:endpoint/${name.toLowerCase()}`,
    region,
    account,
    variants: ProductionVariants.map((variant): Variant => {
      if ((variant.InstanceType === undefined) === (variant.ServerlessConfig === undefined)) {
        throw new Error(
          `${describe(config)}: variant ${variant.VariantName} needs either InstanceType or ServerlessConfig`,
        );
      }
      return {
        name: variant.VariantName,
        model: modelOf(findNamed(config, deployment, "Model", variant.ModelName), deployment),
        weight: variant.InitialVariantWeight,
        instanceType: variant.InstanceType,
        bodyBytesMax: variant.ServerlessConfig === undefined ? instanceBodyBytesMax : serverlessBodyBytesMax,
      };
    }),
  };
}

function modelOf(resource: Resource, deployment: Deployment): Model {
  const { PrimaryContainer, ExecutionRoleArn } = parseProperties(resource, modelProperties);
  const name = resource.attribute("ModelName");
  mustTrustSageMaker(deployment, ExecutionRoleArn, name);
  return {
    name,
    image: PrimaryContainer.Image,
    environment: PrimaryContainer.Environment,
    dataUri: PrimaryContainer.ModelDataSource?.S3DataSource.S3Uri,
    executionRoleArn: ExecutionRoleArn,
  };
}

/** Names are unique within an account and a region. */
function findNamed(
  from: Resource,
  deployment: Deployment,
  kind: "EndpointConfig" | "Model",
  name: string,
): Resource {
  const found = deployment
    .resources(`AWS::SageMaker::${kind}`)
    .find(
      (resource) => resource.stack.region === from.stack.region && resource.attribute(`${kind}Name`) === name,
    );
  if (found === undefined)
    throw new Error(`${describe(from)}: no template of its region has the ${kind} ${name}`);
  return found;
}
