import { z } from "zod";
import { archiveSchema, type ArchiveRetention } from "./config/archive.ts";
import { describeIssue } from "./config/describe-issue.ts";
import { declareModel, type ModelDeclaration } from "./config/model.ts";
import { modelsSchema } from "./config/models.ts";
import { allowedOriginsSchema, imageHostsSchema, regionsSchema } from "./config/place.ts";
import { wholeNumber } from "./config/whole-number.ts";

const schema = z.strictObject({
  /** Several deployments share an account by their stage: "dev", "prod". */
  stage: z.string().regex(/^[a-z][a-z0-9]{0,11}$/, {
    error: "is not a stage; write 1 to 12 lower case letters and digits, a letter first",
  }),
  /** Left out: the account of the credentials that deploy. */
  account: z
    .string()
    .regex(/^\d{12}$/, { error: "is not an AWS account; write its 12 digits, as a string" })
    .optional(),
  /** The first is home: it writes the directory. */
  regions: regionsSchema,
  allowedOrigins: allowedOriginsSchema,
  /** Where images of chats may be fetched from, by host name. None by default: images are then sent as data URLs. */
  imageHosts: imageHostsSchema,
  /** Of the whole API, per region; the limits of keys and customers are their own. */
  throttle: z
    .strictObject({ requestsPerSecond: wholeNumber, burst: wholeNumber })
    .default({ requestsPerSecond: 1000, burst: 500 }),
  /** For how long archived usage events are locked, and against whom. */
  archive: archiveSchema,
  models: modelsSchema,
});

/** What farebox.config.ts may say. */
export type FareboxConfig = z.input<typeof schema>;

/** What it means: defaults filled in, money exact. */
export type Farebox = {
  readonly stage: string;
  readonly account?: string;
  readonly regions: readonly string[];
  readonly homeRegion: string;
  /** CORS origins; `*` alone is any. */
  readonly allowedOrigins: readonly string[];
  /** Host names that images of chats may be fetched from. */
  readonly imageHosts: readonly string[];
  readonly throttle: { readonly requestsPerSecond: number; readonly burst: number };
  readonly archive: ArchiveRetention;
  readonly models: readonly ModelDeclaration[];
};

/** Every mistake of a configuration, a line each. */
export class ConfigError extends Error {
  constructor(mistakes: readonly string[]) {
    super(
      [
        `The configuration has ${mistakes.length === 1 ? "a mistake" : `${mistakes.length} mistakes`}:`,
        ...mistakes.map((mistake) => `  ${mistake}`),
      ].join("\n"),
    );
    this.name = "ConfigError";
  }
}

const defined = new WeakSet<object>();

/** Whether a value came from `defineFarebox`: what a config file exports is not known otherwise. */
export const isFarebox = (value: unknown): value is Farebox =>
  typeof value === "object" && value !== null && defined.has(value);

/** Checks a configuration and fills in its defaults; throws a ConfigError that names every mistake at once. */
export const defineFarebox = (config: FareboxConfig): Farebox => {
  const parsed = schema.safeParse(config, { reportInput: true });
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map(describeIssue));
  const { account, regions, models, ...rest } = parsed.data;
  const [homeRegion] = regions;
  const farebox: Farebox = {
    ...rest,
    ...(account !== undefined && { account }),
    regions,
    homeRegion,
    models: models.map(declareModel),
  };
  defined.add(farebox);
  return farebox;
};
