import type { CustomerId } from "../../identifiers.ts";
import { type AccountBook, bookAfter } from "./account-book.ts";
import type { Grant } from "./grant.ts";
import type { Ledger } from "./ledger.ts";
import { type Transfer, type TransferFault, samePostings, transferFault } from "./transfer.ts";
import type { TransferId } from "./transfer-id.ts";

/** A transfer that is to be posted, as the book at hand makes it. */
export type Proposal = { readonly transfer: Transfer; readonly grants: readonly Grant[] };

/** `nothing_to_post`: the book, as it is, needs no such transfer. */
type PostRefusal = "exists_with_other_content" | "nothing_to_post" | TransferFault;

export type PostStatus = "created" | "exists" | PostRefusal;

export type Posted =
  | { readonly status: "created" | "exists"; readonly transfer: Transfer }
  | { readonly status: PostRefusal };

/** Whether a transfer that was posted under the same id is this one. */
export type Agreement = (posted: Transfer, proposed: Transfer) => boolean;

const exactly: Agreement = (posted, proposed) =>
  posted.at === proposed.at && samePostings(posted.postings, proposed.postings);

/** Each lost race means that another writer got ahead: more than this many in a row is a fault, not bad luck. */
const attemptsMax = 20;

/**
 * Posts what `propose` makes of the customer's book, once: an id that is taken by the same transfer is a success, one taken
 * by another is a bug that the caller must not hide. `agrees` is for transfers whose split over accounts depends on the book.
 */
export const post = async (
  ledger: Ledger,
  customer: CustomerId,
  id: TransferId,
  propose: (book: AccountBook) => Proposal | undefined,
  agrees: Agreement = exactly,
): Promise<Posted> => {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const book = await ledger.book(customer);
    const proposal = propose(book);
    if (!proposal) return { status: "nothing_to_post" };
    const { transfer, grants } = proposal;
    const fault = transferFault(transfer);
    if (fault) return { status: fault };
    const posted = await ledger.find(customer, id);
    if (posted) {
      return agrees(posted, transfer)
        ? { status: "exists", transfer: posted }
        : { status: "exists_with_other_content" };
    }
    if (await ledger.append(transfer, bookAfter(book, transfer, grants)))
      return { status: "created", transfer };
  }
  throw new Error(`the ledger of ${customer} was busy ${attemptsMax} times in a row`);
};
