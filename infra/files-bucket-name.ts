type Place = { readonly account: string; readonly region: string };

/** A fixed name, unique in the world by its account: functions know the bucket of their region by it. */
export const filesBucketName = (stage: string, { account, region }: Place): string =>
  `farebox-${stage}-files-${account}-${region}`;
