type Place = { readonly account: string; readonly region: string };

/** A fixed name, unique in the world by its account: audits find the archive of each region by it. */
export const archiveBucketName = (stage: string, { account, region }: Place): string =>
  `farebox-${stage}-archive-${account}-${region}`;
