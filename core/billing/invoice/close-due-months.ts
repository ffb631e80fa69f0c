import type { CustomerId } from "../../identifiers.ts";
import type { EpochMs } from "../../time.ts";
import { type BillingMonth, monthAt, monthsLater } from "./billing-month.ts";
import type { BillingPorts } from "./billing-ports.ts";
import type { BillingProfile } from "./billing-profile.ts";
import { type Closing, closeMonth } from "./close-month.ts";

export type DueMonthsPorts = BillingPorts & {
  /** When the customer's account was opened: nothing was used before. Asked only before its first month is closed. */
  openedAt(customer: CustomerId): Promise<EpochMs>;
};

/**
 * Closes a customer's months, oldest first, up to the last that is over for long enough; yields what became of those that
 * were still open. The month that was closed last is looked at again, in case its closing broke off before its invoice was
 * issued.
 */
export const closeDueMonths = async (
  ports: DueMonthsPorts,
  profile: BillingProfile,
  now: EpochMs,
): Promise<readonly Closing[]> => {
  const { customer, timeZone } = profile;
  const { closedThrough } = await ports.invoices.register(customer);
  if (closedThrough) await closeMonth(ports, profile, closedThrough, now);
  let month: BillingMonth = closedThrough
    ? monthsLater(closedThrough, 1)
    : monthAt(await ports.openedAt(customer), timeZone);
  const closings: Closing[] = [];
  for (;;) {
    const closing = await closeMonth(ports, profile, month, now);
    if (!closing.ok) return closings;
    closings.push(closing);
    month = monthsLater(month, 1);
  }
};
