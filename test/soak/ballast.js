// Loaded into a tad under test before anything else: on request it keeps the process's resident memory at a given size,
// as another tenant of the process would, and lets go of all of it at once.
const MB = 2 ** 20;
const TOLERANCE = MB;
const STEP_MS = 50;

// Resizable, because such memory is the system's own: shrinking it gives the pages back at once, without malloc's say.
const ballast = new ArrayBuffer(0, { maxByteLength: 1024 * MB });
let hold = 0;

function adjust() {
  const before = ballast.byteLength;
  const missing = hold === 0 ? -before : hold - process.memoryUsage.rss();
  if (Math.abs(missing) < TOLERANCE) return;
  ballast.resize(Math.max(0, before + missing));
  if (missing > 0) new Uint8Array(ballast, before).fill(1);
}

process.on('message', ({ holdRssBytes }) => {
  hold = holdRssBytes;
  adjust();
});
process.channel?.unref();
setInterval(adjust, STEP_MS).unref();
