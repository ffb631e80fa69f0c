import { type CellKey, cellName, grantedIn } from "../../core/admission/cell.ts";
import { walletPurse } from "../../core/admission/purse.ts";
import { newTransfer } from "../../core/admission/transfer.ts";
import { addCredit } from "../../core/billing/add-credit.ts";
import { type ExpiryPorts, expireCredit } from "../../core/billing/expire-credit.ts";
import { drawn } from "../../core/billing/ledger/burn-down.ts";
import { type GrantKind, parseGrantId } from "../../core/billing/ledger/grant.ts";
import { postUsage } from "../../core/billing/ledger/post-usage.ts";
import { postedTo } from "../../core/billing/ledger/transfer.ts";
import { leaseId, newUlid } from "../../core/identifiers.ts";
import { type Money, add, picodollars, subtract, zero } from "../../core/money.ts";
import { type EpochMs, after } from "../../core/time.ts";
import { sampleCustomer } from "./billing-samples.ts";
import { Crash, type CrashMoment, crashAt } from "./crashing.ts";
import { type MemoryCells, memoryCells } from "./memory-cells.ts";
import { memoryLedger } from "./memory-ledger.ts";
import { present } from "./present.ts";
import { countingBytes, sampleNow } from "./samples.ts";

export const hourMs = 3_600_000;

const money = (amount: number): Money => picodollars(BigInt(amount));

/** A customer whose wallet has two cells at home and one in another region, its ledger, and an hourly poster of usage. */
export const expiryWorld = async () => {
  const home = memoryCells("us-east-1");
  const peer = memoryCells("eu-west-1");
  const ledger = memoryLedger();
  const randomBytes = countingBytes();
  const { id: purse } = walletPurse(sampleCustomer);
  const keys: readonly CellKey[] = [
    { purse, region: home.region, shard: 0 },
    { purse, region: home.region, shard: 1 },
    { purse, region: peer.region, shard: 0 },
  ];
  const storeOf = ({ region }: CellKey): MemoryCells => (region === home.region ? home : peer);
  for (const key of keys) await storeOf(key).create(key, zero);

  let now: EpochMs = sampleNow;
  let grants = 0;
  let inTransit = zero;
  let uncovered = zero;
  const open: {
    readonly cell: CellKey;
    readonly lease: ReturnType<typeof leaseId>;
    readonly amount: Money;
  }[] = [];
  const ports: ExpiryPorts = { cells: home, debits: home, transfers: home, ledger, homeRegion: home.region };
  const keyOf = (cell: number): CellKey => present(keys[cell]);

  const replicate = (): void => {
    home.replicateTo(peer);
    peer.replicateTo(home);
  };

  const world = {
    ledger,
    home,
    now: () => now,
    async credit(kind: GrantKind, amount: number, priority: number, hours?: number): Promise<void> {
      grants += 1;
      const grant = {
        id: present(parseGrantId(`grt_${grants}`)),
        customer: sampleCustomer,
        kind,
        amount: money(amount),
        priority,
        ...(hours !== undefined && { expiresAt: after(now, hours * hourMs) }),
        createdAt: now,
      };
      const outcome = await addCredit(
        { cells: home, transfers: home, ledger, homeRegion: home.region },
        grant,
      );
      if (outcome.status !== "created") throw new Error(`the credit was ${outcome.status}`);
    },
    /** A request, or several: its lease stays open until `close`. `false`: the cell does not have it. */
    async open(cell: number, amount: number): Promise<boolean> {
      const lease = leaseId(newUlid(now, randomBytes));
      const key = keyOf(cell);
      const grant = { amount: money(amount), expiresAt: now };
      const { ok } = await storeOf(key).write([{ cell: key, open: { lease, grant }, close: [] }]);
      if (ok) open.push({ cell: key, lease, amount: money(amount) });
      return ok;
    },
    /** Closes the oldest open lease, of which so many percent were spent. */
    async close(percent: number): Promise<void> {
      const oldest = open.shift();
      if (!oldest) return;
      const { cell, lease, amount } = oldest;
      const spent = picodollars((amount * BigInt(percent)) / 100n);
      await storeOf(cell).write([{ cell, close: [{ lease, amount, spent }] }]);
    },
    async spend(cell: number, amount: number): Promise<void> {
      if (!(await world.open(cell, amount))) return;
      open.unshift(...open.splice(-1));
      await world.close(100);
    },
    async give(from: number, to: number, amount: number): Promise<void> {
      if (from === to) return;
      const transfer = newTransfer(
        { from: keyOf(from), to: keyOf(to), amount: money(amount) },
        now,
        randomBytes,
      );
      if (await storeOf(transfer.from).give(transfer)) inTransit = add(inTransit, transfer.amount);
    },
    async receive(): Promise<void> {
      replicate();
      for (const store of [home, peer]) {
        for (const transfer of await store.pending(purse, store.region)) {
          if (await store.receive(transfer)) inTransit = subtract(inTransit, transfer.amount);
        }
      }
    },
    /** Another hour is over, and what cells have spent by now is posted as its usage. */
    async nextHour(): Promise<void> {
      const hour = now;
      now = after(now, hourMs);
      for (const { key, spent } of [...home.owned(), ...peer.owned()]) {
        const usage = { customer: sampleCustomer, cell: cellName(key), hour, spent };
        const outcome = await postUsage(ledger, usage);
        if (outcome.status !== "created") continue;
        const { transfer } = outcome;
        uncovered = add(uncovered, subtract(postedTo(transfer, "revenue"), drawn(transfer.draws)));
      }
    },
    /** Against the rules: usage of an hour that was posted already. */
    async lateUsage(amount: number, hoursAgoMs: number): Promise<void> {
      const spent = money(amount);
      await postUsage(ledger, {
        customer: sampleCustomer,
        cell: "late",
        hour: after(now, -hoursAgoMs),
        spent,
      });
    },
    /** Closes every lease and brings everything to the first cell. */
    async settleAtHome(): Promise<void> {
      while (open.length > 0) await world.close(50);
      await world.receive();
      for (const [index, { available }] of [...home.owned(), ...peer.owned()].entries()) {
        if (available > 0n) await world.give(index, 0, Number(available));
      }
      await world.receive();
    },
    async expire(): Promise<Money> {
      replicate();
      return expireCredit(ports, sampleCustomer, now);
    },
    /** The same, by a process that dies at its `n`th call. */
    async expireAndCrash(n: number, moment: CrashMoment): Promise<void> {
      replicate();
      const { guarded } = crashAt(n, moment);
      const [cells, debits, guardedLedger] = [guarded(home), guarded(home), guarded(ledger)];
      const dying = { ...ports, cells, debits, transfers: guarded(home), ledger: guardedLedger };
      await expireCredit(dying, sampleCustomer, now).catch((error: unknown) => {
        if (!(error instanceof Crash)) throw error;
      });
    },
    /** Everything that there is to say about where the money is. */
    async books() {
      const cells = [...home.owned(), ...peer.owned()];
      const { grants, posted } = await ledger.book(sampleCustomer);
      const taken = await home.taken(purse, home.region, "expiry:");
      let expired = zero;
      for await (const transfer of ledger.list(sampleCustomer)) {
        if (transfer.cause === "expiry") expired = add(expired, postedTo(transfer, "write-off"));
      }
      const sum = (amounts: readonly Money[]): Money => add(zero, ...amounts);
      return {
        cells,
        grants,
        /** Of all cells, and on its way between them. */
        held: sum([inTransit, ...cells.flatMap((cell) => [cell.available, grantedIn(cell)])]),
        left: sum(grants.map(({ remaining }) => remaining)),
        /** Spent by closed leases, and not in the ledger yet. */
        unposted: subtract(
          sum(cells.map(({ spent }) => spent)),
          sum(cells.map(({ key }) => posted[cellName(key)] ?? zero)),
        ),
        /** Used and posted, and paid by no grant. */
        uncovered,
        expired,
        /** Taken out of cells, by runs that broke off before they posted it. */
        pending: subtract(sum(taken.map(({ amount }) => amount)), expired),
      };
    },
  };
  return world;
};
