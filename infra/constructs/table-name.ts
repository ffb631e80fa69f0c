/** Tables have fixed names: a global table is known by its name in the regions that did not create it. */
export const tableName = (stage: string, table: "directory" | "accounts" | "usage"): string =>
  `farebox-${stage}-${table}`;
