import type {
  DeployedStack,
  Deployment,
  Properties,
  Resource,
} from "../../../local/cloudformation/template.ts";

export type FakeResource = {
  readonly type: string;
  readonly logicalId: string;
  readonly ref: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly properties: Properties;
  readonly region?: string;
};

export const account = "123456789012";
export const home = "eu-west-1";

/** A deployment of resources whose intrinsics are resolved already; a stack per region. */
export function fakeDeployment(resources: readonly FakeResource[]): Deployment {
  const built = resources.map((resource): Resource => {
    const region = resource.region ?? home;
    const stack: DeployedStack = {
      name: `stack-${region}`,
      account,
      region,
      resources: () => [],
      assetPath: (key) => key,
      provide: () => undefined,
    };
    return {
      ...resource,
      stack,
      attribute(name) {
        const value = resource.attributes?.[name];
        if (value === undefined) throw new Error(`${resource.logicalId} has no attribute ${name}`);
        return value;
      },
    };
  });
  return {
    stacks: [],
    resources: (...types) => built.filter(({ type }) => types.includes(type)),
  };
}

export const keyPolicy = {
  Statement: [
    { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "kms:*", Resource: "*" },
  ],
};

export const fakeKey = (id: string, properties: Properties = {}, region = home): FakeResource => ({
  type: "AWS::KMS::Key",
  logicalId: `Key${id.replaceAll("-", "")}`,
  ref: id,
  region,
  attributes: { Arn: `arn:aws:kms:${region}:${account}:key/${id}` },
  properties: { KeyPolicy: keyPolicy, ...properties },
});

export const fakeBucket = (name: string, properties: Properties = {}, region = home): FakeResource => ({
  type: "AWS::S3::Bucket",
  logicalId: `Bucket${name.replaceAll("-", "")}`,
  ref: name,
  region,
  properties,
});
