export type WaveFormat = {
  readonly channels: number;
  readonly samplesPerSecond: number;
  readonly bitsPerSample: number;
};

type Oddities = {
  /** What the header says of the samples' bytes, where that is not their number. */
  readonly saidBytes?: number;
  /** Bytes of a chunk before the format's. */
  readonly before?: number;
  /** Default: PCM. */
  readonly format?: number;
  /** With the extensible format around it. */
  readonly subformat?: number;
};

/** A WAV file with so many bytes of silence. */
export const wave = (
  { channels, samplesPerSecond, bitsPerSample }: WaveFormat,
  dataBytes: number,
  { saidBytes, before, format = 1, subformat }: Oddities = {},
): Uint8Array<ArrayBuffer> => {
  const sampleBytes = (channels * bitsPerSample) / 8;
  const header = Buffer.alloc(subformat === undefined ? 16 : 40);
  header.writeUInt16LE(subformat === undefined ? format : 0xfffe, 0);
  header.writeUInt16LE(channels, 2);
  header.writeUInt32LE(samplesPerSecond, 4);
  header.writeUInt32LE(samplesPerSecond * sampleBytes, 8);
  header.writeUInt16LE(sampleBytes, 12);
  header.writeUInt16LE(bitsPerSample, 14);
  if (subformat !== undefined) header.writeUInt16LE(subformat, 24);
  const chunks = [
    ...(before === undefined ? [] : [chunk("LIST", Buffer.alloc(before))]),
    chunk("fmt ", header),
    chunk("data", Buffer.alloc(dataBytes), saidBytes),
  ];
  const body = Buffer.concat([Buffer.from("WAVE"), ...chunks]);
  return Uint8Array.from(chunk("RIFF", body));
};

const chunk = (name: string, content: Buffer, saidBytes = content.length): Buffer => {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(saidBytes);
  const padding = Buffer.alloc(name === "data" || name === "RIFF" ? 0 : content.length % 2);
  return Buffer.concat([Buffer.from(name), size, content, padding]);
};
