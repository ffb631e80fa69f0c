import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { InvoiceId } from "../../../core/billing/invoice/invoice-id.ts";
import { type Invoices, type InvoiceWrite, emptyRegister } from "../../../core/billing/invoice/invoices.ts";
import type { CustomerId } from "../../../core/identifiers.ts";
import type { DynamoDb } from "./dynamo-db.ts";
import { plainMembers } from "./billing-plain.ts";
import { creditNoteSchema, invoiceSchema, registerSchema } from "./invoice-schemas.ts";
import { type Item, itemKey, readItem, writeItem } from "./item.ts";
import { followsStored } from "./next-version.ts";
import { queryAll } from "./query-all.ts";
import { transact } from "./transact.ts";

const partitionOf = (customer: CustomerId): string => `INVOICES#${customer}`;
const registerKey = "REGISTER";
const invoiceKey = (id: string): string => `INVOICE#${id}`;
const creditNotesOf = (invoice: InvoiceId): string => `CREDIT-NOTE#${invoice}#`;

/** The accounts table: a partition per customer, holding the register, the invoices and the credit notes. */
export const invoices = (client: DynamoDb, table: string): Invoices => {
  const read = async (customer: CustomerId, sort: string): Promise<Item | undefined> => {
    const key = itemKey(partitionOf(customer), sort);
    return (await client.getItem({ TableName: table, Key: key, ConsistentRead: true })).Item;
  };
  return {
    async register(customer) {
      const item = await read(customer, registerKey);
      return item ? registerSchema.parse(readItem(item)) : emptyRegister(customer);
    },
    async find(customer, id) {
      const item = await read(customer, invoiceKey(id));
      return item && invoiceSchema.parse(readItem(item));
    },
    // A customer's invoice ids differ in their months only, so they sort by them.
    async list(customer) {
      const items = await queryAll(client, table, partitionOf(customer), invoiceKey(""));
      return items.map((item) => invoiceSchema.parse(readItem(item)));
    },
    async creditNotes(customer, invoice) {
      const items = await queryAll(client, table, partitionOf(customer), creditNotesOf(invoice));
      const notes = items.map((item) => creditNoteSchema.parse(readItem(item)));
      return notes.toSorted(
        (one, other) => one.issuedAt - other.issuedAt || compare(one.number, other.number),
      );
    },
    async commit(next, write) {
      const put = (sort: string, fields: Parameters<typeof plainMembers>[0]) => ({
        TableName: table,
        Item: { ...itemKey(partitionOf(next.customer), sort), ...writeItem(plainMembers(fields)) },
      });
      const document = documentOf(write);
      const items: TransactWriteItem[] = [
        { Put: { ...put(registerKey, next), ...followsStored(next.version) } },
      ];
      if (document) items.push({ Put: put(document.sort, document.fields) });
      const { ok } = await transact(client, { TransactItems: items });
      return ok;
    },
  };
};

const documentOf = (write: InvoiceWrite): StoredDocument | undefined => {
  if ("invoice" in write) return { sort: invoiceKey(write.invoice.id), fields: write.invoice };
  if ("creditNote" in write) {
    const { invoice, id } = write.creditNote;
    return { sort: `${creditNotesOf(invoice)}${id}`, fields: write.creditNote };
  }
  return undefined;
};

type StoredDocument = { readonly sort: string; readonly fields: Parameters<typeof plainMembers>[0] };

const compare = (one: string, other: string): number => (one === other ? 0 : one < other ? -1 : 1);
