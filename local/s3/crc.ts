/** CRC-32C (Castagnoli); carries on from `previous`. `node:zlib` has only the plain CRC-32. */
export function crc32c(bytes: Uint8Array, previous = 0): number {
  let crc = ~previous;
  for (const byte of bytes) crc = (crc32cTable[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** A CRC-64 as two unsigned 32-bit halves: bigint arithmetic per byte would be twenty times as slow. */
export type Crc64 = { readonly high: number; readonly low: number };

/** CRC-64/NVME, the checksum that S3 recommends for whole objects; carries on from `previous`. */
export function crc64nvme(bytes: Uint8Array, previous: Crc64 = { high: 0, low: 0 }): Crc64 {
  let high = ~previous.high;
  let low = ~previous.low;
  for (const byte of bytes) {
    const index = (low ^ byte) & 0xff;
    low = (crc64Low[index] ?? 0) ^ ((low >>> 8) | (high << 24));
    high = (crc64High[index] ?? 0) ^ (high >>> 8);
  }
  return { high: ~high >>> 0, low: ~low >>> 0 };
}

const crc32cTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let entry = index;
  for (let bit = 0; bit < 8; bit++) entry = entry & 1 ? 0x82f63b78 ^ (entry >>> 1) : entry >>> 1;
  return entry;
});

const crc64Table = Array.from({ length: 256 }, (_, index) => {
  let entry = BigInt(index);
  for (let bit = 0; bit < 8; bit++) entry = entry & 1n ? 0x9a6c9329ac4bc9b5n ^ (entry >> 1n) : entry >> 1n;
  return entry;
});
const crc64High = Uint32Array.from(crc64Table, (entry) => Number(entry >> 32n));
const crc64Low = Uint32Array.from(crc64Table, (entry) => Number(entry & 0xffffffffn));
