import { availableParallelism } from "node:os";
import { bindToCore } from "../../bench/processes/bind-to-core.ts";

/**
 * On a machine of two processors, keeps a test's worker to one of them, and with it every process that it starts from now
 * on. A platform is a dozen processes that wake one another all the time; to wake one on the other processor makes the
 * end-to-end tests a fifth dearer. Where there is no `taskset`, the suite is a little slower.
 */
const processors = availableParallelism();
const worker = Number(process.env["VITEST_POOL_ID"]);
// Runs before every file. A worker that is kept to one processor sees no other.
if (processors === 2) bindToCore(process.pid, worker % processors);
