/** What a key may do. A key with `admin` is a management key: it cannot infer, so that a leaked script costs no GPU time. */
export const scopes = ["infer", "usage:read", "billing:read", "admin"] as const;

export type Scope = (typeof scopes)[number];
