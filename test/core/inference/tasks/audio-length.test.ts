import * as fc from "fast-check";
import { expect, test } from "vitest";
import { audioLength } from "../../../../core/inference/tasks/audio-length.ts";
import { type WaveFormat, wave } from "../../../support/wave.ts";

const speech: WaveFormat = { channels: 1, samplesPerSecond: 16_000, bitsPerSample: 16 };

test("an uncompressed WAV has the length of its samples, a second that was begun counting whole", () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 192_000 }),
      fc.constantFrom(8, 16, 24, 32),
      fc.nat(40_000),
      (channels, samplesPerSecond, bitsPerSample, dataBytes) => {
        const bytes = wave({ channels, samplesPerSecond, bitsPerSample }, dataBytes);
        const rate = (channels * samplesPerSecond * bitsPerSample) / 8;
        expect(audioLength(bytes)).toEqual({ kind: "exact", seconds: Math.ceil(dataBytes / rate) });
      },
    ),
  ));

test.each<[string, Uint8Array, object]>([
  ["three seconds", wave(speech, 96_000), { kind: "exact", seconds: 3 }],
  ["a sample more", wave(speech, 96_002), { kind: "exact", seconds: 4 }],
  ["a length that is not known yet", wave(speech, 96_000, { saidBytes: 2 ** 32 - 1 }), { seconds: 3 }],
  ["a length that is a lie", wave(speech, 96_000, { saidBytes: 2 }), { kind: "exact", seconds: 3 }],
  ["other chunks before", wave(speech, 96_000, { before: 33 }), { kind: "exact", seconds: 3 }],
  ["floats", wave(speech, 96_000, { format: 3 }), { kind: "exact", seconds: 3 }],
  ["samples of an extensible format", wave(speech, 96_000, { subformat: 1 }), { kind: "exact", seconds: 3 }],
  ["no sound", wave(speech, 0), { kind: "exact", seconds: 0 }],
])("a WAV with %s", (_, bytes, length) => expect(audioLength(bytes)).toMatchObject(length));

test.each<[string, Uint8Array]>([
  ["compressed samples", wave(speech, 1000, { format: 0x11 })],
  ["an extensible format of compressed samples", wave(speech, 1000, { subformat: 0x55 })],
  ["no rate", wave({ ...speech, samplesPerSecond: 0 }, 1000)],
  ["no channels", wave({ ...speech, channels: 0 }, 1000)],
  ["its header cut", wave(speech, 0).subarray(0, 30)],
  ["no header", wave(speech, 1000).subarray(4)],
])("a WAV with %s is as long as its bytes can be at most", (_, bytes) =>
  expect(audioLength(bytes)).toEqual({ kind: "at-most", seconds: Math.ceil(bytes.length / 500) }),
);

test("whatever bytes there are, their length is a whole number of seconds", () =>
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (noise, isWave) => {
      const bytes = isWave ? Uint8Array.from([...wave(speech, 0).subarray(0, 12), ...noise]) : noise;
      const { seconds } = audioLength(bytes);
      expect(Number.isSafeInteger(seconds) && seconds >= 0).toBe(true);
    }),
  ));
