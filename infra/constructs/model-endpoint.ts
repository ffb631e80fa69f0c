import { CfnEndpoint, CfnEndpointConfig, CfnModel } from "aws-cdk-lib/aws-sagemaker";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import { artifactPrefix } from "../artifact.ts";
import type { ModelDeclaration } from "../config/model.ts";
import type { HostedSource } from "../config/source.ts";
import { endpointName } from "../endpoint-name.ts";
import { declaredImage, type ContainerImage } from "./container-image.ts";
import { hasLocalDisk } from "./instance-type.ts";
import { keptLog } from "./kept-log.ts";
import { ModelRole, type ArtifactsBucket } from "./model-role.ts";

type ModelEndpointProps = {
  readonly stage: string;
  readonly model: ModelDeclaration;
  readonly source: HostedSource;
  readonly artifacts: ArtifactsBucket;
  readonly key: IKey;
  readonly cpuServer: () => ContainerImage;
};

/** Images on CUDA 13 fail without a log on SageMaker's default machine image: its driver is too old. */
const machineImage = (image: string) =>
  image.includes("-cu13") ? { inferenceAmiVersion: "al2-ami-sagemaker-inference-gpu-3-1" } : {};

/** Weights are downloaded as an instance starts: tens of gigabytes for a large model. */
const startSecondsMax = 1800;

/** One version of a model on SageMaker in one region: a role, a model, and an endpoint under its fixed name. */
export class ModelEndpoint extends Construct {
  readonly endpointArn: string;

  constructor(scope: Construct, id: string, props: ModelEndpointProps) {
    super(scope, id);
    const { stage, model, source, artifacts, key } = props;
    const name = endpointName(stage, model);
    const image = source.kind === "container" ? declaredImage(this, source.image) : props.cpuServer();

    const permissions = new ModelRole(this, "Permissions");
    permissions.mayPull(image.repositoryArn);
    permissions.mayWriteLog(keptLog(this, "Log", { name: `/aws/sagemaker/Endpoints/${name}`, key }));
    const artifact = source.kind === "hugging-face" ? undefined : source.artifact;
    if (artifact !== undefined) permissions.mayReadArtifact(artifacts, artifactPrefix(model), key);

    const sageMakerModel = new CfnModel(this, "Model", {
      executionRoleArn: permissions.role.roleArn,
      // Weights that come from S3 are mounted by SageMaker: the container needs no network, so it gets none.
      enableNetworkIsolation: artifact !== undefined,
      primaryContainer: {
        image: image.uri,
        environment: environmentOf(model, source),
        ...(artifact !== undefined && {
          modelDataSource: {
            s3DataSource: {
              s3Uri: `s3://${artifacts.bucketName}/${artifactPrefix(model)}`,
              s3DataType: "S3Prefix",
              compressionType: "None",
            },
          },
        }),
      },
    });
    // SageMaker reads the artifact while CloudFormation creates the model: the permissions must be there before.
    sageMakerModel.node.addDependency(permissions);

    const config = new CfnEndpointConfig(this, "Config", {
      ...(!hasLocalDisk(source.instanceType) && { kmsKeyId: key.keyArn }),
      productionVariants: [
        {
          variantName: "main",
          modelName: sageMakerModel.attrModelName,
          instanceType: source.instanceType,
          initialInstanceCount: source.copies,
          initialVariantWeight: 1,
          containerStartupHealthCheckTimeoutInSeconds: startSecondsMax,
          modelDataDownloadTimeoutInSeconds: startSecondsMax,
          ...machineImage(image.uri),
        },
      ],
    });
    const endpoint = new CfnEndpoint(this, "Endpoint", {
      endpointName: name,
      endpointConfigName: config.attrEndpointConfigName,
    });
    this.endpointArn = endpoint.ref;
  }
}

/** What the container is told. A container of the user's own is told only what the configuration says. */
const environmentOf = (model: ModelDeclaration, source: HostedSource): Readonly<Record<string, string>> => {
  if (source.kind === "container") return source.environment;
  return {
    FAREBOX_MODEL_NAME: model.name,
    FAREBOX_MODEL_TASK: model.task,
    ...(source.kind === "hugging-face" && { HF_MODEL_ID: source.repository }),
  };
};
