import type { Deployment } from "../cloudformation/template.ts";
import type { Functions } from "../lambda/function-runner.ts";
import type { LogSink } from "../log-event.ts";
import { readAsyncPolicies } from "./async-policies.ts";
import type { Clock } from "./clock.ts";
import { invokeAsynchronously, type AsyncOutcome } from "./invoke-asynchronously.ts";
import { readScheduleRule, type ScheduleRule } from "./schedule-rule.ts";

export type Schedules = {
  /** Names of the rules, disabled ones included. */
  readonly rules: readonly string[];
  /** Fires a rule now, whatever its schedule and state; resolves with what became of each target. */
  fire(ruleName: string): Promise<readonly AsyncOutcome[]>;
  /** No more firings; resolves when the running ones have ended. */
  stop(): Promise<void>;
};

/** Timers take at most 24.8 days; a rule that is further away is looked at again once a day. */
const lookAgainMs = 24 * 3_600_000;

/** Runs every `AWS::Events::Rule` that has a schedule. Other rules and EventBridge Scheduler are refused. */
export function startSchedules(
  deployment: Deployment,
  functions: Functions,
  clock: Clock,
  log: LogSink,
): Schedules {
  for (const { stack, logicalId, type } of deployment.resources(
    "AWS::Scheduler::Schedule",
    "AWS::Scheduler::ScheduleGroup",
    "AWS::Events::EventBus",
  )) {
    throw new Error(`${stack.name}/${logicalId}: ${type} is not modelled locally`);
  }
  const rules = deployment
    .resources("AWS::Events::Rule")
    .map((resource) => readScheduleRule(resource, functions, clock.now()));
  const policyOf = readAsyncPolicies(deployment, functions);

  const stopping = new AbortController();
  const timers = new Map<ScheduleRule, () => void>();
  const running = new Set<Promise<unknown>>();

  const invokeTargets = (rule: ScheduleRule): Promise<readonly AsyncOutcome[]> => {
    const firedAtMs = clock.now();
    return Promise.all(
      rule.targets.map(async ({ runner, eventJson }) => {
        const event = eventJson(firedAtMs);
        const outcome = await invokeAsynchronously(runner, event, policyOf(runner), clock, stopping.signal);
        log({ kind: "notice", message: `rule ${rule.name} invoked ${runner.name}: ${outcome}` });
        return outcome;
      }),
    );
  };

  /** Keeps the firing until it has ended, and tells the log when it broke. */
  const follow = (rule: ScheduleRule, firing: Promise<unknown>): void => {
    const ended = firing
      .catch((error: unknown) =>
        log({ kind: "notice", message: `rule ${rule.name} could not be fired: ${String(error)}` }),
      )
      .finally(() => running.delete(ended));
    running.add(ended);
  };

  const arm = (rule: ScheduleRule, afterMs: number): void => {
    const dueMs = rule.schedule(afterMs);
    if (dueMs === undefined) return;
    const wait = (): void => {
      const remainingMs = dueMs - clock.now();
      timers.set(
        rule,
        clock.after(Math.max(0, Math.min(remainingMs, lookAgainMs)), () => {
          if (clock.now() < dueMs) return wait();
          follow(rule, invokeTargets(rule));
          arm(rule, clock.now());
        }),
      );
    };
    wait();
  };
  for (const rule of rules) if (rule.enabled) arm(rule, clock.now());

  return {
    rules: rules.map((rule) => rule.name),
    async fire(ruleName) {
      const rule = rules.find(({ name }) => name === ruleName);
      if (rule === undefined) throw new Error(`no rule is called ${ruleName}`);
      const firing = invokeTargets(rule);
      follow(rule, firing);
      return await firing;
    },
    async stop() {
      stopping.abort();
      for (const cancel of timers.values()) cancel();
      await Promise.all(running);
    },
  };
}
