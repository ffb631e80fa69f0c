import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isPublicAddress } from "../../../../core/inference/remote-images/public-address.ts";

test.each([
  "0.0.0.0",
  "10.0.0.1",
  "100.64.0.1",
  "127.0.0.1",
  "127.255.255.254",
  "169.254.169.254",
  "169.254.170.2",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.8",
  "192.0.2.1",
  "192.168.1.1",
  "198.18.0.1",
  "198.51.100.1",
  "203.0.113.1",
  "224.0.0.1",
  "240.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "fe80::1",
  "fc00::1",
  "fd00:ec2::254",
  "fec0::1",
  "ff02::1",
  "::ffff:127.0.0.1",
  "::ffff:8.8.8.8",
  "::ffff:7f00:1",
  "::127.0.0.1",
  "64:ff9b::7f00:1",
  "64:ff9b:1::1",
  "100::1",
  "2001::1",
  "2001:db8::1",
  "2002:7f00:1::",
  "3fff::1",
  // No literal of an address that a resolver gives out.
  "",
  "localhost",
  "0177.0.0.1",
  "0x7f.0.0.1",
  "2130706433",
  "127.1",
  "8.8.8.8 ",
  "fe80::1%eth0",
  "[2606:4700::1111]",
])("%j is not public", (address) => expect(isPublicAddress(address)).toBe(false));

test.each([
  "1.1.1.1",
  "8.8.8.8",
  "172.15.255.255",
  "172.32.0.1",
  "100.63.255.255",
  "2606:4700::1111",
  "2a00::1",
])("%j is", (address) => expect(isPublicAddress(address)).toBe(true));

test("no address that begins like a private one is public, and no text makes it throw", () =>
  fc.assert(
    fc.property(fc.ipV4(), fc.ipV6(), fc.string(), (v4, v6, text) => {
      const [, ...tail] = v4.split(".");
      for (const first of ["0", "10", "127", "224", "239", "240", "255"])
        expect(isPublicAddress([first, ...tail].join("."))).toBe(false);
      expect(isPublicAddress(`169.254.${tail.slice(1).join(".")}`)).toBe(false);
      expect(isPublicAddress(v6) && !/^[23]/.test(v6)).toBe(false);
      expect(isPublicAddress(text) && !/^[\d.]+$|^[23][\da-f]{3}:/i.test(text)).toBe(false);
    }),
  ));
