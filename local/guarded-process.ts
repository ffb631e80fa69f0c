import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";

/**
 * Reads `+ pid` and `- pid` lines; when its input ends, for whatever reason the parent died, kills the processes that are left.
 * A shell, so that guarding costs a megabyte; SIGKILL also ends a frozen process, which could not end itself.
 */
const watchdogScript = `
trap '' INT TERM HUP
alive=' '
while read -r change pid; do
  case $change in
    +) alive="$alive$pid " ;;
    -) alive="\${alive%% $pid *} \${alive#* $pid }" ;;
  esac
done
for pid in $alive; do kill -s KILL -- "-$pid"; done
`;

let watchdog: ChildProcess | undefined;

const startWatchdog = (): ChildProcess => {
  // A session of its own: neither ctrl-C nor the terminal's end reaches it.
  const started = spawn("sh", ["-c", watchdogScript], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  started.unref();
  started.on("exit", () => (watchdog = undefined));
  // Guarding must not keep this process alive.
  if (started.stdin !== null && "unref" in started.stdin && typeof started.stdin.unref === "function")
    started.stdin.unref();
  return started;
};

const tell = (line: string): void => {
  watchdog ??= startWatchdog();
  watchdog.stdin?.write(`${line}\n`);
};

/** Kills a child and whatever it started itself. */
const killGroup = (pid: number): void => {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    // Nobody of the group is left: that is what was wanted.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
};

/**
 * Starts a child that cannot outlive this process: not after an exception, a signal or `kill -9`, not even while frozen.
 * It leads a process group of its own, so that ctrl-C is for the parent to handle and its own children end with it.
 */
export const spawnGuarded = (
  command: string,
  args: readonly string[],
  options: Omit<SpawnOptions, "detached">,
): ChildProcess => {
  const child = spawn(command, args, { ...options, detached: true });
  const { pid } = child;
  if (pid !== undefined) {
    tell(`+ ${pid}`);
    child.once("exit", () => {
      killGroup(pid);
      tell(`- ${pid}`);
    });
  }
  return child;
};

/** Kills a guarded child with its group, and waits until it is gone. */
export const endProcess = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
      resolve();
      return;
    }
    child.once("exit", () => resolve());
    killGroup(child.pid);
  });
