import { issueKey } from "../../core/access/issue-key.ts";
import { parseKey } from "../../core/access/key-format.ts";
import { customerId, newUlid } from "../../core/identifiers.ts";
import { randomBytes, sha256, systemClock } from "../../functions/system.ts";
import type { Platform } from "./start-platform.ts";

/** A key that still works on this platform: the one of the last run, or a new one for a new demo customer. */
export const demoKey = async (keys: Platform["keys"], lastKey: string | undefined): Promise<string> => {
  const last = lastKey === undefined ? undefined : parseKey(lastKey);
  if (last && lastKey !== undefined && (await keys.find(last.id))) return lastKey;
  const now = systemClock.now();
  const issued = issueKey(
    { randomBytes, sha256 },
    {
      name: "demo",
      mode: "test",
      customer: customerId(newUlid(now, randomBytes)),
      scopes: ["infer", "usage:read", "billing:read"],
    },
    now,
  );
  if (!issued.ok) throw new Error(issued.problem);
  await keys.put(issued.record);
  return issued.text;
};
