/** `image/png; q=1` is `image/png`; no header is the empty string. */
export const mediaType = (contentType: string | undefined): string =>
  (contentType ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
