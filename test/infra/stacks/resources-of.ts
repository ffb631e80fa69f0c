import type { Synthesized } from "./synthesize.ts";

/** All resources of a type, over all stacks, in the order of the stacks' names. `properties` is the template's JSON. */
export const resourcesOf = ({ templates }: Synthesized, type: string) =>
  [...templates]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([stack, template]) =>
      Object.values(template.findResources(type)).map((resource) => ({
        stack,
        resource,
        properties: resource["Properties"],
      })),
    );
