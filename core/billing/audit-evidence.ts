import type { LeaseId, RequestId } from "../identifiers.ts";
import { type Money, add, zero } from "../money.ts";
import { type AuditBreak, type AuditNotice, dollars, moment } from "./audit-report.ts";
import type { AuditScope } from "./audit-views.ts";
import type { Replayed } from "./archive-replay.ts";
import { type UsageEvent, crashed } from "./usage-event.ts";

/** What the archive says of a customer. */
export type Evidence = {
  /** Admitted in the scope, in the order of the archive. */
  readonly events: readonly UsageEvent[];
  /** By lease: all of the customer's events, also those admitted outside of the scope. */
  readonly leases: ReadonlyMap<LeaseId, readonly UsageEvent[]>;
  readonly objects: number;
  readonly breaks: readonly AuditBreak[];
  readonly notices: readonly AuditNotice[];
};

export const isInScope = ({ from, until }: AuditScope, { admittedAt }: UsageEvent): boolean =>
  admittedAt >= from && admittedAt < until;

/** Reads the archive to its end; what is broken in it is noted, and the rest is used. */
export const collectEvidence = async (
  archive: AsyncIterable<Replayed>,
  scope: AuditScope,
): Promise<Evidence> => {
  const events: UsageEvent[] = [];
  const objects = new Set<string>();
  const requests = new Set<RequestId>();
  const breaks: AuditBreak[] = [];
  const notices: AuditNotice[] = [];
  for await (const item of archive) {
    objects.add(item.object);
    if (item.kind === "broken") breaks.push(brokenObject(item));
    else if ("unreadable" in item.record) notices.push(unreadable(item.object, item.record.sequence));
    else if (item.record.event.customer === scope.customer) {
      const { event } = item.record;
      if (requests.has(event.request)) breaks.push(archivedTwice(item.object, event));
      else events.push(event);
      requests.add(event.request);
    }
  }
  const inScope = events.filter((event) => isInScope(scope, event));
  notices.push(...inScope.flatMap(crashedMidway), ...inScope.flatMap(absorbed));
  return {
    events: inScope,
    leases: Map.groupBy(events, ({ lease }) => lease),
    objects: objects.size,
    breaks,
    notices,
  };
};

export const costOf = (events: readonly UsageEvent[]): Money =>
  events.reduce((sum, { cost }) => add(sum, cost), zero);

const brokenObject = ({ object, problem }: Extract<Replayed, { kind: "broken" }>): AuditBreak => ({
  subject: object,
  message: `The archived file ${object} cannot be trusted: ${problem}. Nothing after it in its folder was used.`,
});

/** The table refuses a second event of a request: somebody removed the first, or wrote to the archive. */
const archivedTwice = (object: string, { request }: UsageEvent): AuditBreak => ({
  subject: request,
  message: `The archive holds request ${request} twice, the second time in ${object}.`,
});

const unreadable = (object: string, sequence: string): AuditNotice => ({
  kind: "unreadable",
  subject: object,
  message: `Record ${sequence.replace(/^0+/, "")} in ${object} is not a usage event that can be read: it is neither counted nor billed.`,
});

const crashedMidway = ({ request, failure, admittedAt, cost }: UsageEvent): readonly AuditNotice[] =>
  failure === crashed
    ? [
        {
          kind: "crashed",
          subject: request,
          message: `Request ${request} of ${moment(admittedAt)} crashed midway: ${dollars(cost)} is billed, up to the last sign of it; what came after is not.`,
        },
      ]
    : [];

const absorbed = ({ request, admittedAt, absorbed: amount }: UsageEvent): readonly AuditNotice[] =>
  amount === undefined
    ? []
    : [
        {
          kind: "absorbed",
          subject: request,
          message: `Request ${request} of ${moment(admittedAt)} ended after its lease: the platform bears its ${dollars(amount)}.`,
        },
      ];
