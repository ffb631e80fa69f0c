/** Settles like the promise, or rejects with `expired()` when it takes longer. The work itself goes on. */
export async function withDeadline<Result>(
  work: Promise<Result>,
  timeoutMs: number,
  expired: () => Error,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(expired()), timeoutMs);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
