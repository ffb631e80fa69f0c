import { type RateUse, type RateWindows, fits } from "../../core/admission/rate-window.ts";

export const memoryRateWindows = (): RateWindows => {
  const windows = new Map<string, RateUse>();
  return {
    async count({ subject, region, startsAt }, use, limit) {
      const name = `${subject}#${region}#${startsAt}`;
      const used = windows.get(name) ?? { requests: 0, tokens: 0 };
      if (!fits(used, use, limit)) return { ok: false, used };
      const after = { requests: used.requests + use.requests, tokens: used.tokens + use.tokens };
      windows.set(name, after);
      return { ok: true, used: after };
    },
  };
};
