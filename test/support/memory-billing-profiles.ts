import type { BillingProfile } from "../../core/billing/invoice/billing-profile.ts";
import type { CustomerId } from "../../core/identifiers.ts";
import type { BillingProfiles } from "../../functions/adapters/dynamodb/billing-profiles.ts";

export const memoryBillingProfiles = (): BillingProfiles => {
  const profiles = new Map<CustomerId, BillingProfile>();
  return {
    async find(customer) {
      return profiles.get(customer);
    },
    async *list() {
      yield* [...profiles.values()].toSorted((one, other) => (one.customer < other.customer ? -1 : 1));
    },
    async put(profile) {
      profiles.set(profile.customer, profile);
    },
  };
};
