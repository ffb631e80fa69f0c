/** Lines of a batch that are run together: some that follow each other in its input. */
export type Chunk = {
  /** From 0. */
  readonly index: number;
  /** How many there are; empty ones are none. */
  readonly lines: number;
  /** Where it begins in the file, and how long it is. */
  readonly offset: number;
  readonly bytes: number;
};

/** A chunk's work is one message: few enough lines to be done in minutes, enough that closing it costs each of them little. */
export const linesPerChunk = 50;
/** A runner has a chunk in memory, with its results. */
export const chunkBytesMax = 8 * 1024 * 1024;
