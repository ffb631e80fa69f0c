import * as z from "zod";
import type { ArchiveCodec } from "../../core/billing/archive.ts";
import { type Replayed, replayArchive } from "../../core/billing/archive-replay.ts";
import { audit } from "../../core/billing/audit/audit.ts";
import { collect } from "../../core/billing/audit/collect.ts";
import { booksOf } from "../../core/billing/audit/books.ts";
import { gatherEvidence } from "../../core/billing/audit/evidence.ts";
import { type AuditReport, auditJson, auditText } from "../../core/billing/audit/report.ts";
import type { Archives, AuditScope, WalletView } from "../../core/billing/audit/views.ts";
import { walletPurse } from "../../core/admission/purse.ts";
import type { CustomerId } from "../../core/identifiers.ts";
import { type EpochMs, after } from "../../core/time.ts";
import { billingProfiles } from "../adapters/dynamodb/billing-profiles.ts";
import { cells } from "../adapters/dynamodb/cells.ts";
import { dynamoDb } from "../adapters/dynamodb/client.ts";
import { dynamoDbCounters } from "../adapters/dynamodb/counters.ts";
import { invoices } from "../adapters/dynamodb/invoices.ts";
import { ledger } from "../adapters/dynamodb/ledger.ts";
import { s3Archive } from "../adapters/s3/archive.ts";
import { closingsArchiveCodec, usageArchiveCodec } from "../adapters/s3/archive-codec.ts";
import { s3 } from "../adapters/s3/client.ts";
import { environment } from "../contract.ts";
import { required } from "../environment.ts";
import { describeError, logError, logInfo } from "../http/log.ts";
import { scheduleEventSchema } from "../schedule-event.ts";
import { systemClock } from "../system.ts";
import { type AuditRequest, auditRequestSchema, periodOf } from "./audit-request.ts";
import { lastMonths, yesterday } from "./due-scopes.ts";

const client = dynamoDb();
const accounts = required(environment.accountsTable);
const profiles = billingProfiles(client, required(environment.directoryTable));

const walletCells = cells(client, accounts);

const books = booksOf({
  counters: dynamoDbCounters(client, accounts),
  ledger: ledger(client, accounts),
  invoices: invoices(client, accounts),
  timeZone: async (customer) => (await profiles.find(customer))?.timeZone,
});

/** Each region's archive lies in a bucket of its own. */
const stores = required(environment.archiveBuckets)
  .split(",")
  .map((entry) => {
    const [region = "", bucket = ""] = entry.split("=");
    return s3Archive(s3(region), bucket);
  });

async function* everywhere<Event>(
  codec: ArchiveCodec<Event>,
  since: EpochMs,
): AsyncGenerator<Replayed<Event>> {
  for (const store of stores) yield* replayArchive(store, codec, since);
}

const archives: Archives = {
  usage: (since) => everywhere(usageArchiveCodec, since),
  closings: (since) => everywhere(closingsArchiveCodec, since),
};

/** The answer to somebody who asks: the report for people, and as JSON; or what is wrong with the request. */
type AuditAnswer =
  | { readonly ok: boolean; readonly text: string; readonly report: string }
  | { readonly error: string };

/** Once a day for everybody, at home; and for whoever asks about one customer. Reads, and changes nothing. */
export const handler = async (event: unknown): Promise<AuditAnswer | undefined> => {
  const scheduled = z.looseObject({ source: z.literal("aws.events") }).safeParse(event);
  if (scheduled.success) {
    await auditEverybody(scheduleEventSchema.parse(event).time);
    return undefined;
  }
  const request = auditRequestSchema.safeParse(event);
  if (!request.success) return { error: z.prettifyError(request.error) };
  return answer(request.data);
};

const auditEverybody = async (time: EpochMs): Promise<void> => {
  const everybody = await collect(profiles.list());
  for (const scopes of [yesterday(everybody, time), lastMonths(everybody, time)]) {
    const reports = await auditAll(scopes);
    for (const { scope, links } of reports)
      for (const { link, breaks, first } of links)
        if (first) logError("audit_broken", { customer: scope.customer, link, breaks, ...first });
    logInfo("audited", { customers: reports.length, broken: reports.filter(({ ok }) => !ok).length });
  }
};

/** Streams bring archive and counters up to date in seconds: what does not agree yet is looked at again. */
const looksMax = 6;
const lookAgainMs = 2000;

const auditAll = async (scopes: readonly AuditScope[]): Promise<readonly AuditReport[]> => {
  const settled: AuditReport[] = [];
  let unsettled = scopes;
  for (let look = 1; unsettled.length > 0; look++) {
    const reports = await auditOnce(unsettled);
    const isFinal = (report: AuditReport): boolean =>
      look === looksMax || isSettled(report, systemClock.now());
    settled.push(...reports.filter(isFinal));
    unsettled = reports.filter((report) => !isFinal(report)).map(({ scope }) => scope);
    if (unsettled.length > 0) await new Promise((resume) => setTimeout(resume, lookAgainMs));
  }
  return settled;
};

/** Longer than any stream is behind: what does not agree after that will not by waiting. */
const settlesWithinMs = 60 * 60_000;

const isSettled = ({ ok, notices, scope }: AuditReport, now: EpochMs): boolean =>
  now >= after(scope.until, settlesWithinMs) || (ok && notices.every(({ kind }) => kind !== "moving"));

/** One pass over the archives, whoever they are about. */
const auditOnce = async (scopes: readonly AuditScope[]): Promise<readonly AuditReport[]> => {
  const wallets = new Map<CustomerId, WalletView>();
  for (const { customer } of scopes)
    wallets.set(customer, {
      seenAt: systemClock.now(),
      cells: await walletCells.ofPurse(walletPurse(customer).id),
    });
  const evidence = await gatherEvidence(archives, scopes);
  const reports: AuditReport[] = [];
  for (const scope of scopes) {
    const [wallet, found] = [wallets.get(scope.customer), evidence.get(scope.customer)];
    if (!wallet || !found) continue;
    try {
      reports.push(await audit(books, scope, wallet, found));
    } catch (error) {
      // One customer whose books cannot be read must not hide what is wrong with another's.
      logError("audit_failed", { customer: scope.customer, ...describeError(error) });
    }
  }
  return reports;
};

const answer = async (request: AuditRequest): Promise<AuditAnswer> => {
  const { customer } = request;
  const profile = await profiles.find(customer);
  const period = periodOf(request, profile?.timeZone ?? "UTC", systemClock.now());
  if (typeof period === "string") return { error: period };
  const [report] = await auditAll([{ customer, ...period }]);
  return report
    ? { ok: report.ok, text: auditText(report), report: auditJson(report) }
    : { error: `The books of ${customer} could not be read; the log of the function \`audit\` says where.` };
};
