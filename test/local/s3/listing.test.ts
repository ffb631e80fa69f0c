import * as fc from "fast-check";
import { expect, test } from "vitest";
import { page } from "../../../local/s3/listing.ts";

const keys = fc
  .uniqueArray(fc.stringMatching(/^[ab/]{1,5}$/), { maxLength: 25 })
  .map((names) => names.sort());

test("pages put together are the whole listing, each key and common prefix once", () => {
  fc.assert(
    fc.property(
      keys,
      fc.constantFrom("", "a", "a/"),
      fc.constantFrom("", "/"),
      fc.integer({ min: 1, max: 5 }),
      (names, prefix, delimiter, pageSize) => {
        const entries = names.map((key) => ({ key }));
        const whole = page(entries, { prefix, delimiter, pageSize: 1000 });
        const listed: string[] = [];
        let prefixAlreadyListed: string | undefined;
        let after = "";
        for (let more = true; more;) {
          const rest = entries.filter(({ key }) => key > after);
          const next = page(rest, { prefix, delimiter, pageSize, prefixAlreadyListed });
          listed.push(...next.entries.map(({ key }) => key), ...next.commonPrefixes);
          expect(next.entries.length + next.commonPrefixes.length).toBeLessThanOrEqual(pageSize);
          const last = next.continueAfter;
          more = last !== undefined;
          if (last === undefined) continue;
          prefixAlreadyListed = "commonPrefix" in last ? last.commonPrefix : undefined;
          after = "commonPrefix" in last ? last.commonPrefix : last.entry.key;
        }
        expect(listed.sort()).toEqual(
          [...whole.entries.map(({ key }) => key), ...whole.commonPrefixes].sort(),
        );
      },
    ),
  );
});
