import type { CreditNote } from "../../core/billing/invoice/credit-note.ts";
import type { Invoice } from "../../core/billing/invoice/invoice.ts";
import { type InvoiceRegister, type Invoices, emptyRegister } from "../../core/billing/invoice/invoices.ts";
import type { CustomerId } from "../../core/identifiers.ts";

export const memoryInvoices = (): Invoices => {
  const registers = new Map<CustomerId, InvoiceRegister>();
  const invoices = new Map<string, Invoice>();
  const notes = new Map<string, CreditNote>();
  const registerOf = (customer: CustomerId): InvoiceRegister =>
    registers.get(customer) ?? emptyRegister(customer);
  return {
    async register(customer) {
      return registerOf(customer);
    },
    async find(customer, id) {
      const invoice = invoices.get(id);
      return invoice?.customer === customer ? invoice : undefined;
    },
    async list(customer) {
      return [...invoices.values()]
        .filter((invoice) => invoice.customer === customer)
        .toSorted((one, other) => (one.month < other.month ? -1 : 1));
    },
    async creditNotes(customer, id) {
      return [...notes.values()]
        .filter(({ customer: owner, invoice }) => owner === customer && invoice === id)
        .toSorted((one, other) => one.issuedAt - other.issuedAt || (one.number < other.number ? -1 : 1));
    },
    async commit(next, write) {
      if (registerOf(next.customer).version !== next.version - 1) return false;
      registers.set(next.customer, next);
      if ("invoice" in write) invoices.set(write.invoice.id, write.invoice);
      if ("creditNote" in write)
        notes.set(`${write.creditNote.invoice} ${write.creditNote.id}`, write.creditNote);
      return true;
    },
  };
};
