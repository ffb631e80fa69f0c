/** The first `dimensions` of a vector, brought back to length 1: similarities stay comparable. */
export const shortenVector = (vector: Float32Array, dimensions: number): Float32Array => {
  const head = vector.slice(0, dimensions);
  const length = Math.hypot(...head);
  return length === 0 ? head : head.map((value) => value / length);
};
