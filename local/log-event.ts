/** What happens on the local cloud, as the console log and the tests see it. Never a request's or an answer's body. */
export type LogEvent =
  /** One line that a function wrote to its log. */
  | {
      readonly kind: "function-line";
      readonly functionName: string;
      readonly region: string;
      readonly line: string;
    }
  | {
      readonly kind: "invocation";
      readonly functionName: string;
      readonly region: string;
      readonly requestId: string;
      readonly durationMs: number;
      readonly outcome: "ok" | "failed";
      /** Why it failed, in AWS's words: an error type, never a payload. */
      readonly reason?: string;
    }
  | {
      readonly kind: "api-request";
      readonly region: string;
      readonly method: string;
      readonly path: string;
      readonly status: number;
      readonly durationMs: number;
    }
  /** A line of an API stage's access log, in the format of the template. */
  | { readonly kind: "access-log"; readonly region: string; readonly line: string }
  | { readonly kind: "denial"; readonly message: string }
  /** Something the emulator itself has to say. */
  | { readonly kind: "notice"; readonly message: string };

export type LogSink = (event: LogEvent) => void;
