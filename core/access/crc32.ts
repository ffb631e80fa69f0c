const polynomial = 0xedb88320;

const table = Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder & 1 ? polynomial : 0) ^ (remainder >>> 1);
  return remainder >>> 0;
});

/** CRC-32 (IEEE 802.3, as in zlib) of ASCII text. Finds typing mistakes; it is no protection against forgery. */
export const crc32 = (ascii: string): number => {
  let remainder = 0xffffffff;
  for (let index = 0; index < ascii.length; index++) {
    remainder = (table[(remainder ^ ascii.charCodeAt(index)) & 0xff] ?? 0) ^ (remainder >>> 8);
  }
  return (remainder ^ 0xffffffff) >>> 0;
};
