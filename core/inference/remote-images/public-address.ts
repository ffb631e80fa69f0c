import { assert } from "../../assert.ts";
import { contains, parseNetwork } from "../../access/source-network.ts";

const networkOf = (cidr: string) => {
  const network = parseNetwork(cidr);
  assert(network !== undefined, () => `${cidr} is no network`);
  return network;
};

/** IANA's special-purpose registries: what is not, or not surely, a host of the public internet. */
const special = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.31.196.0/24",
  "192.52.193.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "192.175.48.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  // Protocol assignments, Teredo among them; documentation; 6to4, which wraps IPv4; documentation again.
  "2001::/23",
  "2001:db8::/32",
  "2002::/16",
  "2620:4f:8000::/48",
  "3fff::/20",
].map(networkOf);

const unicast = ["0.0.0.0/0", "2000::/3"].map(networkOf);

/**
 * Whether a literal address is one of the public internet. Of IPv6 only what is global unicast, so that loopback, link-local,
 * unique local, and every way to write IPv4 in it, is out without being named.
 */
export const isPublicAddress = (address: string): boolean =>
  !(address.includes(":") && address.includes(".")) &&
  unicast.some((network) => contains(network, address)) &&
  !special.some((network) => contains(network, address));
