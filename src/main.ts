import { HEAP_OF_TAD } from './cli/heap_of_tad.js';
import { processIo } from './cli/io.js';
import { holdLifeline } from './cli/lifeline.js';
import { run } from './cli/run.js';
import { boundHeap } from './core/memory/heap_bounds.js';

boundHeap(HEAP_OF_TAD);
holdLifeline();
const io = processIo();
const code = await run(process.argv.slice(2), io, {
  signals: process,
  force: (forced) => process.exit(forced),
  // Loaded when a command needs it: GramJS alone takes a third of a second.
  openCore: async (request) => (await import('./cli/open_core.js')).openCore(request),
});
await Promise.all([io.stdout.flush(), io.stderr.flush()]);
// Not left to the event loop running empty: a timer of some library must not keep a finished command alive.
process.exit(code);
