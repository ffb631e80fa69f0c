/** What a batch's input may be refused for. */
export const inputFaultCodes = [
  "empty_file",
  "too_many_lines",
  "line_too_large",
  "invalid_json_line",
  "missing_custom_id",
  "duplicate_custom_id",
  "invalid_method",
  "invalid_url",
  "mismatched_url",
  "missing_body",
  "file_missing",
] as const;
export type InputFaultCode = (typeof inputFaultCodes)[number];

/** Says what to mend, in words that quote nothing of the input. */
export type InputFault = {
  readonly code: InputFaultCode;
  readonly message: string;
  /** Of the file, from 1; absent where the fault is the file's. */
  readonly line?: number;
  /** The line's field at fault. */
  readonly param?: string;
};
