import type {
  Deployment,
  DeployedStack,
  Properties,
  Resource,
} from "../../../local/cloudformation/template.ts";

export type FakeResource = {
  readonly type: string;
  readonly properties: Properties;
  /** What `Ref` yields; the logical id when absent. */
  readonly ref?: string;
  readonly attributes?: Readonly<Record<string, string>>;
};

/** One stack in eu-west-1 with these resources, by logical id. */
export function fakeDeployment(resources: Readonly<Record<string, FakeResource>>): Deployment {
  const ofTypes = (...types: readonly string[]): readonly Resource[] =>
    all.filter((resource) => types.includes(resource.type));
  const stack: DeployedStack = {
    name: "Stack",
    account: "111111111111",
    region: "eu-west-1",
    resources: ofTypes,
    assetPath: (objectKey) => {
      throw new Error(`no asset ${objectKey}`);
    },
    provide: (logicalId) => {
      throw new Error(`nothing to provide to ${logicalId}`);
    },
  };
  const all = Object.entries(resources).map(
    ([logicalId, { type, properties, ref = logicalId, attributes = {} }]): Resource => ({
      logicalId,
      type,
      stack,
      properties,
      ref,
      attribute(name) {
        const value = attributes[name];
        if (value === undefined) throw new Error(`${logicalId} has no attribute ${name}`);
        return value;
      },
    }),
  );
  return { stacks: [stack], resources: ofTypes };
}
