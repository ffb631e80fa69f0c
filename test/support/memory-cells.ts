import { assert } from "../../core/assert.ts";
import type { LeaseId } from "../../core/identifiers.ts";
import { type Cell, type CellKey, cellName, newCell } from "../../core/admission/cell.ts";
import { type LeaseWrite, applyLeaseWrite } from "../../core/admission/lease-write.ts";
import type { Cells, Debits, Transfers } from "../../core/admission/ports.ts";
import { type CreditId, type Debit, type Transfer, credit, debit } from "../../core/admission/transfer.ts";

/** The transitions that the store carries out: a test of the tests puts broken ones in their place. */
export type CellTransitions = {
  readonly applyLeaseWrite: (cell: Cell, write: LeaseWrite) => Cell | undefined;
  readonly isReceived: (receipts: ReadonlySet<string>, name: string) => boolean;
  readonly isRepeated: (tokens: ReadonlySet<LeaseId>, token: LeaseId) => boolean;
};

export const cellTransitions: CellTransitions = {
  applyLeaseWrite,
  isReceived: (receipts, name) => receipts.has(name),
  isRepeated: (tokens, token) => tokens.has(token),
};

/** One region's part of the accounts table, in memory. */
export type MemoryCells = Cells &
  Transfers &
  Debits & {
    readonly region: string;
    /** Everything that this region owns, for a test to look at. */
    owned(): readonly Cell[];
    /** Brings another region what this one has written. */
    replicateTo(other: MemoryCells): void;
    accept(cells: readonly Cell[], transfers: readonly Transfer[]): void;
  };

export const memoryCells = (region: string, transitions: CellTransitions = cellTransitions): MemoryCells => {
  const own = new Map<string, Cell>();
  const replicas = new Map<string, Cell>();
  const transfers = new Map<CreditId, Transfer>();
  const arrived = new Map<CreditId, Transfer>();
  const receipts = new Set<string>();
  const debits = new Map<string, Debit>();
  /** Openings without a predecessor are known by their token: repeated, they change nothing. */
  const tokens = new Set<LeaseId>();

  const put = (cell: Cell): void => {
    own.set(cellName(cell.key), cell);
  };
  const ownCell = (key: CellKey): Cell | undefined => {
    assert(key.region === region, `${cellName(key)} belongs to another region than ${region}`);
    return own.get(cellName(key));
  };

  return {
    region,
    find: async (key) => ownCell(key),
    ofPurse: async (purse) =>
      [...own.values(), ...replicas.values()].filter(({ key }) => key.purse === purse),
    async create(key, funded) {
      if (!ownCell(key)) put(newCell(key, funded));
    },
    async write(writes) {
      const before = writes.map(({ cell }) => ownCell(cell));
      const seen = (cells: readonly (Cell | undefined)[]): readonly Cell[] =>
        cells.flatMap((cell) => cell ?? []);
      const token = tokenOf(writes);
      if (token !== undefined && transitions.isRepeated(tokens, token)) return { ok: true, seen: [] };
      const after = writes.map((write, index) => {
        const cell = before[index];
        return cell && transitions.applyLeaseWrite(cell, write);
      });
      // A refused transaction reports the items that refused it, and no others.
      if (after.includes(undefined))
        return { ok: false, seen: seen(before.filter((_, index) => !after[index])) };
      for (const cell of seen(after)) put(cell);
      if (token === undefined) return { ok: true, seen: seen(after) };
      tokens.add(token);
      // A transaction that succeeds reports nothing.
      return { ok: true, seen: [] };
    },
    async give(transfer) {
      if (transfers.has(transfer.id)) return true;
      const cell = ownCell(transfer.from);
      const debited = cell && debit(cell, transfer.amount);
      if (!debited) return false;
      put(debited);
      transfers.set(transfer.id, transfer);
      if (transfer.to.region === region) arrived.set(transfer.id, transfer);
      return true;
    },
    async receive({ id, to, amount }) {
      const name = nameOf(to, id);
      if (transitions.isReceived(receipts, name)) return false;
      const cell = ownCell(to);
      if (!cell) throw new Error(`there is no cell ${cellName(to)} to credit`);
      put(credit(cell, amount));
      receipts.add(name);
      return true;
    },
    pending: async (purse, toRegion) =>
      [...arrived.values()].filter(
        ({ id, to }) => to.purse === purse && to.region === toRegion && !receipts.has(nameOf(to, id)),
      ),
    async take(taking) {
      const cell = ownCell(taking.from);
      const debited = cell && debit(cell, taking.amount);
      const name = nameOf(taking.from, taking.id);
      if (!debited || debits.has(name)) return false;
      put(debited);
      debits.set(name, taking);
      return true;
    },
    taken: async (purse, ofRegion, cause) =>
      [...debits.values()].filter(
        ({ id, from }) => from.purse === purse && from.region === ofRegion && id.startsWith(cause),
      ),
    owned: () => [...own.values()],
    replicateTo: (other) => other.accept([...own.values()], [...transfers.values()]),
    accept(cells, newTransfers) {
      for (const cell of cells) replicas.set(cellName(cell.key), cell);
      for (const transfer of newTransfers) {
        if (transfer.to.region === region) arrived.set(transfer.id, transfer);
      }
    },
  };
};

/** Receipts lie with their purse: two purses may have credits, or debits, of the same id. */
const nameOf = ({ purse }: CellKey, id: CreditId): string => `${purse} ${id}`;

/** As the DynamoDB store decides: an item written alone that closes something is its own protection; all else is a transaction. */
const tokenOf = (writes: readonly LeaseWrite[]): LeaseId | undefined => {
  const [first, ...rest] = writes;
  return first && rest.length === 0 && first.close.length > 0 ? undefined : first?.open?.lease;
};
