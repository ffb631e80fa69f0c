import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { modelSchema } from "./model.ts";

type Declared = z.output<typeof modelSchema>;
type Complaint = readonly [field: string, message: string];

/** Endpoints' names have no dots: two names may not meet in one either. */
const isSameName = (one: string, other: string): boolean =>
  one.replaceAll(".", "-") === other.replaceAll(".", "-");

/** What is wrong with a model beside those before it: a name may have several versions, and one of them is current. */
const complainAbout = (model: Declared, index: number, models: readonly Declared[]): readonly Complaint[] => {
  const namesakes = models.filter(({ name }) => isSameName(name, model.name));
  const [first = model] = namesakes;
  const where = `models[${models.indexOf(first)}]`;
  if (first === model) return isCurrentAmong(namesakes) ? [] : [["pinnedOnly", noCurrent(model.name)]];
  if (first.name !== model.name)
    return [["name", `is the name of ${where}; names are unique, and a dot counts as a dash`]];
  const complaints: Complaint[] = [];
  const twin = models.findIndex(({ name, version }) => name === model.name && version === model.version);
  if (twin < index) complaints.push(["version", `is the version of models[${twin}], too`]);
  else if (!model.pinnedOnly && models.slice(0, index).some((other) => isCurrent(other, model.name)))
    complaints.push(["name", `is the name of ${where}; write \`pinnedOnly: true\` at every version but one`]);
  if (first.task !== model.task)
    complaints.push(["task", `is not that of ${where}; a model keeps its task from version to version`]);
  if (!isDeepStrictEqual(first.price, model.price))
    complaints.push(["price", `is not that of ${where}; the versions of a model have one price`]);
  return complaints;
};

const isCurrent = ({ name, pinnedOnly }: Declared, wanted: string): boolean => name === wanted && !pinnedOnly;

const isCurrentAmong = (models: readonly Declared[]): boolean => models.some(({ pinnedOnly }) => !pinnedOnly);

const noCurrent = (name: string): string =>
  `is written at every version; remove it from the one that the bare name "${name}" means`;

const complainAboutSuccessor = (
  { deprecated }: Declared,
  models: readonly Declared[],
): readonly Complaint[] =>
  deprecated === undefined ||
  models.some(({ name, version }) => [name, `${name}@${version}`].includes(deprecated.successor))
    ? []
    : [["deprecated", `names the successor "${deprecated.successor}", which is not among the models`]];

export const modelsSchema = z
  .array(modelSchema)
  .min(1, { error: "is empty; write at least one model" })
  .superRefine((models, context) => {
    models.forEach((model, index) => {
      for (const [field, message] of [
        ...complainAbout(model, index, models),
        ...complainAboutSuccessor(model, models),
      ])
        context.addIssue({ code: "custom", path: [index, field], message });
    });
  });
