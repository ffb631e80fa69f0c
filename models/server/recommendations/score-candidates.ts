const dot = (one: Float32Array, other: Float32Array): number =>
  one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);

/** How near each candidate is to what was liked: the mean of its cosines with the history, from -1 to 1. Vectors have length 1. */
export const scoreCandidates = (
  history: readonly Float32Array[],
  candidates: readonly Float32Array[],
): readonly number[] =>
  candidates.map(
    (candidate) => history.reduce((sum, liked) => sum + dot(liked, candidate), 0) / history.length,
  );
