import { createPrivateKey, generateKeyPairSync, randomBytes, type KeyObject } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { keyKinds, type KeySpec } from "./key-spec.ts";

const persisted = z.record(z.string(), z.base64());

/**
 * Key material by key ARN, in base64: raw bytes of a symmetric or HMAC key, PKCS #8 of a key pair. With a file,
 * material survives restarts, and with it everything that was encrypted or signed.
 */
export class KeyMaterial {
  readonly #file: string | undefined;
  readonly #byArn: Record<string, string>;

  constructor(file?: string) {
    this.#file = file;
    this.#byArn = file === undefined ? {} : load(file);
  }

  /** The material of a key; made, and written down, when it is first asked for. */
  of(keyArn: string, spec: KeySpec): Buffer {
    const known = this.#byArn[keyArn];
    if (known !== undefined) return Buffer.from(known, "base64");
    const made = generate(spec);
    this.#byArn[keyArn] = made.toString("base64");
    this.#save();
    return made;
  }

  #save(): void {
    if (this.#file === undefined) return;
    mkdirSync(dirname(this.#file), { recursive: true });
    const unfinished = `${this.#file}.writing`;
    writeFileSync(unfinished, JSON.stringify(this.#byArn, undefined, 2), { mode: 0o600 });
    renameSync(unfinished, this.#file);
  }
}

export const privateKeyOf = (material: Buffer): KeyObject =>
  createPrivateKey({ key: material, format: "der", type: "pkcs8" });

function generate(spec: KeySpec): Buffer {
  const kind = keyKinds[spec];
  const pkcs8 = { type: "pkcs8", format: "der" } as const;
  switch (kind.type) {
    case "symmetric":
      return randomBytes(32);
    case "hmac":
      return randomBytes(kind.hashBits / 8);
    case "rsa":
      return generateKeyPairSync("rsa", { modulusLength: kind.modulusBits }).privateKey.export(pkcs8);
    case "ec":
      return generateKeyPairSync("ec", { namedCurve: kind.curve }).privateKey.export(pkcs8);
  }
}

function load(file: string): Record<string, string> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw error;
  }
  return persisted.parse(JSON.parse(text));
}
