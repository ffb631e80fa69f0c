import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type StoredFile, fileLifeDays, hasExpired, oldestAlive } from "../../../core/files/file.ts";
import { settle } from "../../../core/files/settle.ts";
import { fileId, newUlid } from "../../../core/identifiers.ts";
import { after, epochMs } from "../../../core/time.ts";
import { sampleFile } from "../../support/sample-file.ts";

const lifeMs = fileLifeDays * 24 * 3_600_000;
const instants = fc.integer({ min: 0, max: 2 ** 42 }).map(epochMs);
const bytes = fc.uint8Array({ minLength: 10, maxLength: 10 });

describe("a file's life", () => {
  test("ends 30 days after its creation", () => {
    const file = sampleFile();
    expect(hasExpired(file, after(file.createdAt, lifeMs - 1))).toBe(false);
    expect(hasExpired(file, after(file.createdAt, lifeMs))).toBe(true);
  });

  test("can be told by its id: the ids of those alive begin at the oldest, and of no others", () =>
    fc.assert(
      fc.property(
        instants,
        fc.oneof(
          fc.integer({ min: -3, max: 3 }).map((ms) => lifeMs + ms),
          fc.nat(2 * lifeMs),
        ),
        bytes,
        (createdAt, ageMs, random) => {
          const file = sampleFile({ createdAt, id: fileId(newUlid(createdAt, () => random)) });
          const now = after(createdAt, ageMs);
          expect(file.id >= oldestAlive(now)).toBe(!hasExpired(file, now));
        },
      ),
    ));
});

describe("a pending file", () => {
  const pending = sampleFile({ state: "pending", bytes: 100 });
  const hours = (count: number) => after(pending.createdAt, count * 3_600_000);

  test.each<[string, number | undefined, number, StoredFile["state"]]>([
    ["nothing yet", undefined, 0, "pending"],
    ["nothing, while an upload may still run", undefined, 1.9, "pending"],
    ["nothing, when none can run any more", undefined, 2, "not_uploaded"],
    ["all of it", 100, 0.5, "processed"],
    ["all of it, found late", 100, 48, "processed"],
    ["less", 99, 0.5, "wrong_size"],
    ["more", 101, 0.5, "wrong_size"],
    ["no bytes at all", 0, 0.5, "wrong_size"],
  ])("of which there is %s", (_, arrived, age, state) =>
    expect(settle(pending, arrived, hours(age))).toEqual({ ...pending, state }),
  );

  test("that is settled stays as it is, whatever is found", () =>
    fc.assert(
      fc.property(
        fc.constantFrom("processed", "wrong_size", "not_uploaded"),
        fc.option(fc.nat(), { nil: undefined }),
        fc.nat(1000),
        (state, arrived, age) => {
          const file = sampleFile({ state });
          expect(settle(file, arrived, hours(age))).toBe(file);
        },
      ),
    ));
});
