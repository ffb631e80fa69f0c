/** Whether a content type is binary for an API: `*\/*` and `image/*` match as wildcards, parameters do not count. */
export function isBinaryMediaType(
  binaryMediaTypes: readonly string[],
  contentType: string | undefined,
): boolean {
  const mediaType = (contentType ?? "application/json").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const family = mediaType.split("/", 1)[0];
  return binaryMediaTypes.some((pattern) => {
    const wanted = pattern.toLowerCase();
    return wanted === "*/*" || wanted === mediaType || wanted === `${family}/*`;
  });
}
