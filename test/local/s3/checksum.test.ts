import { expect, test } from "vitest";
import { startChecksum } from "../../../local/s3/checksum.ts";

/** The check values of the CRC catalogue, for the digits 1 to 9. */
test.each([
  ["CRC32", "cbf43926"],
  ["CRC32C", "e3069283"],
  ["CRC64NVME", "ae8b14860a799888"],
  ["SHA1", "f7c3bc1d808e04732adf679965ccc34ca7ae3441"],
] as const)("%s gives its published check value, however the bytes are split", (algorithm, expected) => {
  const checksum = startChecksum(algorithm);
  checksum.update(Buffer.from("1234"));
  checksum.update(Buffer.from("56789"));
  expect(checksum.digest().toString("hex")).toBe(expected);
});
