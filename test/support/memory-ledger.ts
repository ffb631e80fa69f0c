import { type AccountBook, emptyBook } from "../../core/billing/ledger/account-book.ts";
import type { Ledger } from "../../core/billing/ledger/ledger.ts";
import type { Transfer } from "../../core/billing/ledger/transfer.ts";
import { usagePrefix } from "../../core/billing/ledger/transfer-id.ts";
import type { CustomerId } from "../../core/identifiers.ts";

export const memoryLedger = (): Ledger => {
  const transfers = new Map<string, Transfer>();
  const books = new Map<CustomerId, AccountBook>();
  const nameOf = (customer: CustomerId, id: string): string => `${customer} ${id}`;
  const bookOf = (customer: CustomerId): AccountBook => books.get(customer) ?? emptyBook(customer);
  const sorted = (customer: CustomerId): readonly Transfer[] =>
    [...transfers.values()]
      .filter((transfer) => transfer.customer === customer)
      .toSorted((one, other) => (one.id < other.id ? -1 : 1));
  return {
    async find(customer, id) {
      return transfers.get(nameOf(customer, id));
    },
    async book(customer) {
      return bookOf(customer);
    },
    async append(transfer, next) {
      const name = nameOf(transfer.customer, transfer.id);
      if (transfers.has(name) || bookOf(transfer.customer).version !== next.version - 1) return false;
      transfers.set(name, transfer);
      books.set(transfer.customer, next);
      return true;
    },
    async *list(customer) {
      yield* sorted(customer);
    },
    async *listUsage(customer, from, until) {
      yield* sorted(customer).filter(({ id }) => id >= usagePrefix(from) && id < usagePrefix(until));
    },
  };
};
