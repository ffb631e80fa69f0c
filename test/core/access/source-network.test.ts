import { BlockList, isIP } from "node:net";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { contains, parseNetwork } from "../../../core/access/source-network.ts";

const isIn = (cidr: string, address: string): boolean | undefined => {
  const network = parseNetwork(cidr);
  return network && contains(network, address);
};

test.each([
  ["203.0.113.0/24", "203.0.113.255", true],
  ["203.0.113.0/24", "203.0.114.0", false],
  ["203.0.113.7/24", "203.0.113.1", true],
  ["203.0.113.7", "203.0.113.7", true],
  ["203.0.113.7", "203.0.113.8", false],
  ["0.0.0.0/0", "255.255.255.255", true],
  ["0.0.0.0/0", "::1", false],
  ["::/0", "1.2.3.4", false],
  ["2001:db8::/32", "2001:db8:ffff::1", true],
  ["2001:db8::/32", "2001:db9::", false],
  ["2001:DB8::1", "2001:db8:0:0:0:0:0:1", true],
  ["203.0.113.0/24", "::ffff:203.0.113.9", true],
  ["203.0.113.0/24", "not an address", false],
  ["203.0.113.0/24", "", false],
])("%s and %s: %s", (cidr, address, expected) => expect(isIn(cidr, address)).toBe(expected));

test.each([
  "",
  "/",
  "/24",
  "1.2.3.4/",
  "1.2.3.4/33",
  "1.2.3.4/-1",
  "1.2.3.4/8/8",
  "1.2.3.4/ 8",
  "1.2.3.4/8.0",
  "1.2.3",
  "1.2.3.4.5",
  "256.1.1.1",
  "01.2.3.4",
  "1.2.3.4 ",
  "0x1.2.3.4",
  "1.2.3.",
  "1e1.2.3.4",
  "localhost",
  "::/129",
  ":::",
  "1::2::3",
  "1:2:3:4:5:6:7",
  "1:2:3:4:5:6:7:8:9",
  "1:2:3:4:5:6:7:8::",
  "12345::",
  "g::",
  "fe80::1%eth0",
  ":1:2:3:4:5:6:7",
  "::ffff:1.2.3.4/96",
  "::ffff:256.1.1.1",
])("%j is no network", (text) => expect(parseNetwork(text)).toBeUndefined());

const v4 = fc.ipV4().filter((address) => isIP(address) === 4);
/** With few bits set, so that addresses are often near each other, and in the notations that people write. */
const v6 = fc
  .tuple(
    fc.array(fc.constantFrom("0", "1", "db8", "FFFF", "8000"), { minLength: 8, maxLength: 8 }),
    fc.boolean(),
  )
  .map(([groups, isShort]) =>
    isShort ? groups.join(":").replace(/(?:^|:)0(?::0)+(?=:|$)(?::|$)?/, "::") : groups.join(":"),
  )
  .filter((address) => isIP(address) === 6);

test("IPv4 membership is what node:net says", () =>
  fc.assert(
    fc.property(v4, v4, fc.nat(32), fc.nat(32), (base, other, prefixBits, sharedBits) => {
      const address = nearV4(base, other, sharedBits);
      const oracle = new BlockList();
      oracle.addSubnet(base, prefixBits, "ipv4");
      expect(isIn(`${base}/${prefixBits}`, address)).toBe(oracle.check(address, "ipv4"));
    }),
  ));

test("IPv6 membership is what node:net says", () =>
  fc.assert(
    fc.property(v6, v6, fc.nat(128), (base, address, prefixBits) => {
      const oracle = new BlockList();
      oracle.addSubnet(base, prefixBits, "ipv6");
      expect(isIn(`${base}/${prefixBits}`, address)).toBe(oracle.check(address, "ipv6"));
    }),
  ));

/** The first `sharedBits` bits of `base`, then those of `other`. */
const nearV4 = (base: string, other: string, sharedBits: number): string => {
  const bits = (address: string): string =>
    address
      .split(".")
      .map((part) => Number(part).toString(2).padStart(8, "0"))
      .join("");
  const mixed = bits(base).slice(0, sharedBits) + bits(other).slice(sharedBits);
  return [0, 8, 16, 24].map((at) => Number.parseInt(mixed.slice(at, at + 8), 2)).join(".");
};
