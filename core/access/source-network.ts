/** A block of IPv4 or IPv6 addresses: `prefixBits` leading bits of `address`. */
export type Network = { readonly version: 4 | 6; readonly address: bigint; readonly prefixBits: number };

const widthBits = { 4: 32, 6: 128 } as const;

/** Reads CIDR notation; a bare address is a block of one. `undefined` for anything else. */
export const parseNetwork = (text: string): Network | undefined => {
  const [addressText = "", bitsText, ...rest] = text.split("/");
  const parsed = parseAddress(addressText);
  if (!parsed || rest.length > 0) return undefined;
  const width = widthBits[parsed.version];
  if (bitsText === undefined) return { ...parsed, prefixBits: width };
  const prefixBits = /^\d{1,3}$/.test(bitsText) ? Number(bitsText) : Number.NaN;
  return prefixBits <= width ? { ...parsed, prefixBits } : undefined;
};

export const contains = (network: Network, addressText: string): boolean => {
  const parsed = parseAddress(addressText);
  if (!parsed || parsed.version !== network.version) return false;
  const ignoredBits = BigInt(widthBits[network.version] - network.prefixBits);
  return parsed.address >> ignoredBits === network.address >> ignoredBits;
};

type Address = { readonly version: 4 | 6; readonly address: bigint };

const parseAddress = (text: string): Address | undefined => {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(text);
  const v4 = parseIpv4(mapped?.[1] ?? text);
  if (v4 !== undefined) return { version: 4, address: v4 };
  const v6 = parseIpv6(text);
  return v6 === undefined ? undefined : { version: 6, address: v6 };
};

const parseIpv4 = (text: string): bigint | undefined => {
  const parts = text.split(".");
  // No leading zeros: some systems read them as octal.
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255))
    return undefined;
  return parts.reduce<bigint>((bits, part) => (bits << 8n) | BigInt(part), 0n);
};

const parseIpv6 = (text: string): bigint | undefined => {
  const [head = "", tail, ...rest] = text.split("::");
  if (rest.length > 0) return undefined;
  const groupsOf = (part: string): readonly string[] => (part === "" ? [] : part.split(":"));
  const before = groupsOf(head);
  const after = groupsOf(tail ?? "");
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...before, ...Array<string>(missing).fill("0"), ...after];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce<bigint>((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
};
