/** Node's own parser, which reads what browsers write. `undefined` for what is no form; its errors may quote the body: they go nowhere. */
export const readForm = async (
  bytes: Buffer<ArrayBuffer>,
  contentType: string,
): Promise<FormData | undefined> => {
  try {
    return await new Response(bytes, { headers: { "content-type": contentType } }).formData();
  } catch {
    return undefined;
  }
};
