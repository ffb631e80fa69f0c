/** The token of an `Authorization: Bearer <token>` header; `undefined` if the header is missing or of another scheme. */
export const bearerToken = (headers: Readonly<Record<string, string | undefined>>): string | undefined => {
  const header = Object.entries(headers).find(([name]) => name.toLowerCase() === "authorization")?.[1];
  return /^Bearer +(\S+)$/i.exec(header?.trim() ?? "")?.[1];
};
