import { isObject, objectAt, textAt, type JsonObject } from "../json-value.ts";
import { readCloudAssembly, type SynthesizedStack } from "./cloud-assembly.ts";
import { resolve, type IntrinsicScope } from "./intrinsics.ts";
import { attributeOf, refOf, type Identified } from "./resource-identity.ts";
import { isCustomResource, requireSupportedType } from "./supported-types.ts";
import type { DeployedStack, Deployment, Properties, Resource } from "./template.ts";

/** What custom resources and running services set under this name is what `Ref` yields. */
export const refAttribute = "Ref";

export interface LocalDeployment extends Deployment {
  readonly stacks: readonly DeployedStack[];
  /** Of every stack, in the order of the templates. */
  customResources(): readonly Resource[];
  /** The folder that a container image is built from; undefined for an image of a registry. */
  imageSource(imageUri: string): string | undefined;
}

type Siblings = () => readonly StackOnThisMachine[];

class StackOnThisMachine implements DeployedStack, IntrinsicScope {
  readonly name: string;
  readonly stackName: string;
  readonly account: string;
  readonly region: string;
  readonly #source: SynthesizedStack;
  readonly #siblings: Siblings;
  readonly #provided = new Map<string, string>();
  readonly #resources = new Map<string, Resource>();

  constructor(source: SynthesizedStack, siblings: Siblings) {
    this.#source = source;
    this.#siblings = siblings;
    this.name = source.name;
    this.stackName = source.name;
    this.account = source.account;
    this.region = source.region;
  }

  resources(...types: readonly string[]): readonly Resource[] {
    return this.everyResource().filter((resource) => types.includes(resource.type));
  }

  everyResource(): readonly Resource[] {
    return this.#logicalIds().map((logicalId) => this.#resource(logicalId));
  }

  /** Refuses resource types that this machine neither runs nor may ignore. */
  requireSupported(): void {
    for (const { type, logicalId } of this.everyResource())
      requireSupportedType(type, `${this.name}/${logicalId}`);
  }

  assetPath(objectKey: string): string {
    const found = this.#source.files.get(objectKey);
    if (found === undefined) throw new Error(`${this.name}: no asset has the object key ${objectKey}`);
    return found;
  }

  imageSource(tag: string): string | undefined {
    return this.#source.images.get(tag);
  }

  provide(logicalId: string, attribute: string, value: string): void {
    this.#provided.set(`${logicalId}.${attribute}`, value);
  }

  ref(name: string): unknown {
    if (name.startsWith("AWS::")) return this.#pseudoParameter(name);
    const parameter = this.#section("Parameters")[name];
    if (parameter === undefined) return this.#resource(name).ref;
    const value = objectAt(parameter, `${this.name}: parameter ${name}`)["Default"];
    if (value === undefined) throw new Error(`${this.name}: parameter ${name} has no default`);
    return value;
  }

  attribute(logicalId: string, attribute: string): string {
    return this.#resource(logicalId).attribute(attribute);
  }

  condition(name: string): boolean {
    const value = resolve(this.#section("Conditions")[name], this);
    if (typeof value !== "boolean") throw new Error(`${this.name}: no condition ${name}`);
    return value;
  }

  mapping(map: string, top: string, second: string): unknown {
    const row = objectAt(
      objectAt(this.#section("Mappings")[map], map)[top],
      `${this.name}: mapping ${map}.${top}`,
    );
    if (!(second in row)) throw new Error(`${this.name}: no mapping ${map}.${top}.${second}`);
    return row[second];
  }

  importValue(exportName: string): unknown {
    for (const stack of this.#siblings())
      if (stack.account === this.account && stack.region === this.region)
        for (const output of Object.values(stack.#section("Outputs"))) {
          const { Export, Value } = objectAt(output, `${stack.name}: Outputs`);
          if (isObject(Export) && resolve(Export["Name"], stack) === exportName) return resolve(Value, stack);
        }
    throw new Error(`${this.name}: no stack in ${this.region} exports ${exportName}`);
  }

  stackOutput(stackName: string, outputName: string, region: string): unknown {
    const stack = this.#siblings().find((other) => other.name === stackName && other.region === region);
    if (stack === undefined) throw new Error(`${this.name}: no stack ${stackName} in ${region}`);
    const output = stack.#section("Outputs")[outputName];
    if (output === undefined) throw new Error(`${this.name}: stack ${stackName} has no output ${outputName}`);
    return resolve(objectAt(output, outputName)["Value"], stack);
  }

  #section(name: string): JsonObject {
    return objectAt(this.#source.template[name] ?? {}, `${this.name}: ${name}`);
  }

  #logicalIds(): readonly string[] {
    return Object.entries(this.#section("Resources")).flatMap(([logicalId, resource]) => {
      const condition = objectAt(resource, logicalId)["Condition"];
      return condition === undefined || this.condition(textAt(condition, logicalId)) ? [logicalId] : [];
    });
  }

  #pseudoParameter(name: string): unknown {
    const values: Readonly<Record<string, string | undefined>> = {
      "AWS::AccountId": this.account,
      "AWS::NoValue": undefined,
      "AWS::Partition": "aws",
      "AWS::Region": this.region,
      "AWS::StackId": `arn:aws:cloudformation:${this.region}:${this.account}:stack/${this.name}/local`,
      "AWS::StackName": this.name,
      "AWS::URLSuffix": "amazonaws.com",
    };
    if (!(name in values)) throw new Error(`${this.name}: pseudo parameter ${name} is not modelled locally`);
    return values[name];
  }

  #resource(logicalId: string): Resource {
    const known = this.#resources.get(logicalId);
    if (known !== undefined) return known;
    const resource = this.#describeResource(logicalId);
    this.#resources.set(logicalId, resource);
    return resource;
  }

  #describeResource(logicalId: string): Resource {
    const source = objectAt(this.#section("Resources")[logicalId], `${this.name}: resource ${logicalId}`);
    const type = textAt(source["Type"], `${this.name}/${logicalId}: Type`);
    const unresolved = objectAt(source["Properties"] ?? {}, `${this.name}/${logicalId}`);
    const identified: Identified = {
      stackName: this.name,
      account: this.account,
      region: this.region,
      logicalId,
      type,
      property: (name) => resolve(unresolved[name], this),
    };
    const provided = (attribute: string) => this.#provided.get(`${logicalId}.${attribute}`);
    return {
      logicalId,
      type,
      stack: this,
      properties: resolvedLazily(unresolved, this),
      get ref() {
        return provided(refAttribute) ?? refOf(identified);
      },
      attribute: (name) => provided(name) ?? attributeOf(identified, name),
    };
  }
}

/** Each property is resolved when it is first read: one may wait for a custom resource that others do not need. */
const resolvedLazily = (unresolved: JsonObject, scope: IntrinsicScope): Properties => {
  const properties = {};
  for (const [name, value] of Object.entries(unresolved)) {
    let resolved: { readonly value: unknown } | undefined;
    Object.defineProperty(properties, name, {
      enumerable: true,
      get: () => (resolved ??= { value: resolve(value, scope) }).value,
    });
  }
  return properties;
};

/** Reads `cdk.out`; refuses a resource type that has no local meaning. */
export const readDeployment = (cdkOut: string): LocalDeployment => {
  const stacks: readonly StackOnThisMachine[] = readCloudAssembly(cdkOut).map(
    (source) => new StackOnThisMachine(source, () => stacks),
  );
  for (const stack of stacks) stack.requireSupported();
  return {
    stacks,
    resources: (...types) => stacks.flatMap((stack) => stack.resources(...types)),
    customResources: () =>
      stacks.flatMap((stack) => stack.everyResource()).filter((resource) => isCustomResource(resource.type)),
    imageSource: (imageUri) => {
      const tag = imageUri.slice(imageUri.lastIndexOf(":") + 1);
      return stacks.map((stack) => stack.imageSource(tag)).find((folder) => folder !== undefined);
    },
  };
};
