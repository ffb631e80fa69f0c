import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { z } from "zod";
import { crc32c, crc64nvme, type Crc64 } from "./crc.ts";

export const checksumAlgorithm = z.enum(["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"]);
export type ChecksumAlgorithm = z.output<typeof checksumAlgorithm>;

/** A checksum kept with an object. `value` is base64; a composite one is over its parts' checksums and ends in `-<parts>`. */
export const checksum = z.strictObject({
  algorithm: checksumAlgorithm,
  value: z.string(),
  type: z.enum(["FULL_OBJECT", "COMPOSITE"]),
});
export type Checksum = z.output<typeof checksum>;

export type RunningChecksum = {
  readonly update: (chunk: Uint8Array) => void;
  readonly digest: () => Buffer;
};

export function startChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  switch (algorithm) {
    case "CRC32":
      return running32((chunk, previous) => crc32(chunk, previous));
    case "CRC32C":
      return running32(crc32c);
    case "CRC64NVME":
      return running64();
    case "SHA1":
    case "SHA256": {
      const hash = createHash(algorithm.toLowerCase());
      return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest() };
    }
  }
}

export const checksumHeader = (algorithm: ChecksumAlgorithm): string =>
  `x-amz-checksum-${algorithm.toLowerCase()}`;

export const checksumHeaders = (checksum: Checksum | undefined): Record<string, string> =>
  checksum === undefined
    ? {}
    : { [checksumHeader(checksum.algorithm)]: checksum.value, "x-amz-checksum-type": checksum.type };

function running32(step: (chunk: Uint8Array, previous: number) => number): RunningChecksum {
  let crc = 0;
  return {
    update(chunk) {
      crc = step(chunk, crc);
    },
    digest() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(crc);
      return bytes;
    },
  };
}

function running64(): RunningChecksum {
  let crc: Crc64 = { high: 0, low: 0 };
  return {
    update(chunk) {
      crc = crc64nvme(chunk, crc);
    },
    digest() {
      const bytes = Buffer.alloc(8);
      bytes.writeUInt32BE(crc.high, 0);
      bytes.writeUInt32BE(crc.low, 4);
      return bytes;
    },
  };
}
