import { AwsError } from "../aws-service.ts";
import type { KmsKey } from "./kms-key.ts";
import type { KeyAlias } from "./keys-from-templates.ts";

/** The keys and aliases of every region, found the way KMS finds them: a region sees only its own. */
export class Keyring {
  readonly #keys = new Map<string, KmsKey>();
  readonly #aliases = new Map<string, string>();

  constructor(keys: readonly KmsKey[], aliases: readonly KeyAlias[]) {
    for (const key of keys) this.#keys.set(regional(key.region, key.id), key);
    for (const alias of aliases) this.#aliases.set(regional(alias.region, alias.name), alias.target);
  }

  /** By key id, key ARN, alias name or alias ARN; throws `NotFoundException`, also for another region's key. */
  find(reference: string, region: string): KmsKey {
    const name = withinRegion(reference, region);
    const target = name?.startsWith("alias/") ? this.#aliases.get(regional(region, name)) : name;
    const id = target === undefined ? undefined : withinRegion(target, region);
    const key = id === undefined ? undefined : this.#keys.get(regional(region, id));
    if (key !== undefined) return key;
    const what = reference.includes("alias/") ? "Alias" : "Key";
    throw new AwsError("NotFoundException", `${what} '${reference}' does not exist`);
  }
}

/** A region has no blank in its name. */
const regional = (region: string, name: string): string => `${region} ${name}`;

/** The key id or `alias/...` of a reference; undefined when it is an ARN of another region. */
function withinRegion(reference: string, region: string): string | undefined {
  if (!reference.startsWith("arn:")) return reference;
  const [, , , arnRegion, , resource = ""] = reference.split(":");
  if (arnRegion !== region) return undefined;
  return resource.startsWith("key/") ? resource.slice("key/".length) : resource;
}
