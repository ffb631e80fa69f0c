/** One page of a listing. */
export type Page<Entry> = {
  readonly entries: readonly Entry[];
  readonly commonPrefixes: readonly string[];
  /** What came last on this page when there is more; the next page starts after it. */
  readonly continueAfter: { readonly entry: Entry } | { readonly commonPrefix: string } | undefined;
};

/**
 * Takes a page from entries that are in order of their keys. Keys that have `delimiter` after `prefix` are rolled up
 * into one common prefix, which counts as one towards `pageSize`. `prefixAlreadyListed` is the common prefix that the
 * page before ended with.
 */
export function page<Entry extends { readonly key: string }>(
  entries: Iterable<Entry>,
  {
    prefix,
    delimiter,
    pageSize,
    prefixAlreadyListed,
  }: {
    readonly prefix: string;
    readonly delimiter: string;
    readonly pageSize: number;
    readonly prefixAlreadyListed?: string | undefined;
  },
): Page<Entry> {
  const listed: Entry[] = [];
  const commonPrefixes: string[] = [];
  let last: Page<Entry>["continueAfter"];
  for (const entry of entries) {
    if (!entry.key.startsWith(prefix)) continue;
    const commonPrefix = commonPrefixOf(entry.key, prefix, delimiter);
    const isListed = commonPrefix === commonPrefixes.at(-1) || commonPrefix === prefixAlreadyListed;
    if (commonPrefix !== undefined && isListed) continue;
    if (listed.length + commonPrefixes.length >= pageSize) {
      return { entries: listed, commonPrefixes, continueAfter: last };
    }
    if (commonPrefix === undefined) {
      listed.push(entry);
      last = { entry };
    } else {
      commonPrefixes.push(commonPrefix);
      last = { commonPrefix };
    }
  }
  return { entries: listed, commonPrefixes, continueAfter: undefined };
}

function commonPrefixOf(key: string, prefix: string, delimiter: string): string | undefined {
  const index = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
  return index === -1 ? undefined : key.slice(0, index + delimiter.length);
}
