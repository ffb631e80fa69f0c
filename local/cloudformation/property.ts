import { listAt, numberAt, objectAt, textAt, type JsonObject } from "../json-value.ts";
import type { Resource } from "./template.ts";

/** How errors name a resource: `stack/LogicalId (AWS::Some::Type)`. */
export const describe = (resource: Resource): string =>
  `${resource.stack.name}/${resource.logicalId} (${resource.type})`;

const at = (resource: Resource, name: string): string => `${describe(resource)}: ${name}`;

export const textProperty = (resource: Resource, name: string): string =>
  textAt(resource.properties[name], at(resource, name));

export const optionalText = (resource: Resource, name: string): string | undefined =>
  resource.properties[name] === undefined ? undefined : textProperty(resource, name);

export const numberProperty = (resource: Resource, name: string, absent: number): number =>
  resource.properties[name] === undefined ? absent : numberAt(resource.properties[name], at(resource, name));

export const listProperty = (resource: Resource, name: string): readonly unknown[] =>
  listAt(resource.properties[name], at(resource, name));

export const objectProperty = (resource: Resource, name: string): JsonObject =>
  objectAt(resource.properties[name] ?? {}, at(resource, name));

export const objectList = (resource: Resource, name: string): readonly JsonObject[] =>
  listProperty(resource, name).map((entry) => objectAt(entry, at(resource, name)));

export const textList = (resource: Resource, name: string): readonly string[] =>
  listProperty(resource, name).map((entry) => textAt(entry, at(resource, name)));

/** Refuses a resource with a property that nobody has thought about: silence would be a lie about the deployment. */
export const refuseOtherProperties = (resource: Resource, modelled: readonly string[]): void => {
  const other = Object.keys(resource.properties).filter((name) => !modelled.includes(name));
  if (other.length > 0) throw new Error(at(resource, `property ${other.join(", ")} is not modelled locally`));
};
