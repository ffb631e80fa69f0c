/** How long a recording is, as far as its bytes tell. */
export type AudioLength =
  | { readonly kind: "exact"; readonly seconds: number }
  /** No longer than this. */
  | { readonly kind: "at-most"; readonly seconds: number };

/**
 * Below every bitrate that speech is recorded at: Opus begins at 6 kbit/s and AMR at 4.75. Longer silence can be packed
 * into as many bytes; that is what a model's own limit of seconds is for.
 */
const bytesPerSecondMin = 500;

/** Seconds that were begun count. WAV without compression says how long it is; of other formats only a bound is known. */
export const audioLength = (bytes: Uint8Array): AudioLength => {
  const seconds = waveSeconds(bytes);
  return seconds === undefined
    ? { kind: "at-most", seconds: Math.ceil(bytes.length / bytesPerSecondMin) }
    : { kind: "exact", seconds };
};

const pcm = 1;
const float = 3;
const extensible = 0xfffe;

/**
 * The length of an uncompressed WAV by the bytes that are there: what its header says of their number may be wrong, or not
 * yet known when it was written. `undefined` for what is none, or whose header makes no sense.
 */
const waveSeconds = (bytes: Uint8Array): number | undefined => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (nameAt(view, 0) !== "RIFF" || nameAt(view, 8) !== "WAVE") return undefined;
  let bytesPerSecond: number | undefined;
  let at = 12;
  while (at + 8 <= view.byteLength) {
    const name = nameAt(view, at);
    const start = at + 8;
    if (name === "data")
      return bytesPerSecond === undefined ? undefined : Math.ceil((view.byteLength - start) / bytesPerSecond);
    const size = view.getUint32(at + 4, true);
    if (name === "fmt ") bytesPerSecond = bytesPerSecondOf(view, start, size);
    // Chunks begin at even offsets.
    at = start + size + (size % 2);
  }
  return undefined;
};

const formatBytes = 16;

const bytesPerSecondOf = (view: DataView, start: number, size: number): number | undefined => {
  if (size < formatBytes || start + formatBytes > view.byteLength) return undefined;
  const format = view.getUint16(start, true);
  const channels = view.getUint16(start + 2, true);
  const samplesPerSecond = view.getUint32(start + 4, true);
  const bytesPerSample = Math.ceil(view.getUint16(start + 14, true) / 8);
  const rate = channels * samplesPerSecond * bytesPerSample;
  const isUncompressed =
    format === pcm || format === float || (format === extensible && isPlain(view, start, size));
  return isUncompressed && rate > 0 ? rate : undefined;
};

/** Where an extensible format's own number stands. */
const subformatAt = 24;

const isPlain = (view: DataView, start: number, size: number): boolean => {
  if (size < subformatAt + 2 || start + subformatAt + 2 > view.byteLength) return false;
  const subformat = view.getUint16(start + subformatAt, true);
  return subformat === pcm || subformat === float;
};

const nameAt = (view: DataView, at: number): string =>
  at + 4 <= view.byteLength
    ? String.fromCharCode(...[0, 1, 2, 3].map((offset) => view.getUint8(at + offset)))
    : "";
