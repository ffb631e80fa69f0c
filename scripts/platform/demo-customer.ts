import { issueKey } from "../../core/access/issue-key.ts";
import { parseKey } from "../../core/access/key-format.ts";
import { addCredit } from "../../core/billing/add-credit.ts";
import { parseGrantId } from "../../core/billing/ledger/grant.ts";
import { type CustomerId, customerId, newUlid, ulidOf } from "../../core/identifiers.ts";
import { type Money, parseDollars } from "../../core/money.ts";
import { randomBytes, sha256, systemClock } from "../../functions/system.ts";
import type { Platform } from "./start-platform.ts";

type Admin = Pick<Platform, "keys" | "customers" | "profiles" | "credit">;

/** Somebody to try the platform as. */
export type DemoCustomer = { readonly id: CustomerId; readonly apiKey: string };

const demoName = "Demo Entertainment Ltd.";
/** Where the demo customer's days and months turn. */
const demoTimeZone = "Europe/Berlin";

/** The demo customer of the last run, if its key still works, or a new one with $5.00 in its wallet. */
export const demoCustomer = async (admin: Admin, lastKey: string | undefined): Promise<DemoCustomer> => {
  const last = lastKey === undefined ? undefined : parseKey(lastKey);
  const record = last && (await admin.keys.find(last.id));
  if (record && lastKey !== undefined) {
    await ensureBilled(admin, record.customer);
    return { id: record.customer, apiKey: lastKey };
  }
  const id = await newCustomer(admin, demoName);
  await ensureBilled(admin, id);
  await credit(admin, id, "5.00");
  return { id, apiKey: await newKey(admin, id) };
};

export const newCustomer = async (
  { customers }: Pick<Admin, "customers">,
  name: string,
): Promise<CustomerId> => {
  const now = systemClock.now();
  const id = customerId(newUlid(now, randomBytes));
  await customers.put({ id, name, timeZone: demoTimeZone, walletShards: 1, createdAt: now });
  return id;
};

/** Gives a customer that has none a billing profile, so that its months are closed: a statement for each that is over. */
const ensureBilled = async ({ profiles }: Pick<Admin, "profiles">, customer: CustomerId): Promise<void> => {
  if (await profiles.find(customer)) return;
  await profiles.put({
    customer,
    terms: "prepaid",
    timeZone: demoTimeZone,
    currency: "USD",
    buyer: { name: demoName, address: ["1 Matinee Lane", "10117 Berlin", "Germany"] },
    seller: { name: "Farebox, on this machine", address: ["localhost"] },
    paymentDays: 0,
  });
};

/** Credits dollars once per customer: the grant is named by it. */
export const credit = async (
  admin: Pick<Admin, "credit">,
  customer: CustomerId,
  dollars: string,
): Promise<Money> => {
  const amount = parseDollars(dollars);
  const id = parseGrantId(`grt_demo_${ulidOf(customer)}`);
  if (amount === undefined || id === undefined) throw new Error(`${dollars} is not an amount of dollars`);
  const createdAt = systemClock.now();
  const outcome = await addCredit(admin.credit, {
    id,
    customer,
    kind: "paid",
    amount,
    priority: 0,
    createdAt,
  });
  if (outcome.status !== "created" && outcome.status !== "exists")
    throw new Error(`no credit: ${outcome.status}`);
  return amount;
};

const newKey = async ({ keys }: Pick<Admin, "keys">, customer: CustomerId): Promise<string> => {
  const issued = issueKey(
    { randomBytes, sha256 },
    { name: "demo", mode: "test", customer, scopes: ["infer", "usage:read", "billing:read"] },
    systemClock.now(),
  );
  if (!issued.ok) throw new Error(issued.problem);
  await keys.put(issued.record);
  return issued.text;
};
