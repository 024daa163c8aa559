// What every client's process measures about its own work, the same for all.
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delayed } from 'node:timers/promises';

const LOOP_RESOLUTION_MS = 2;
const SAMPLE_EVERY_MS = 100;

/** The job that this process was started for. */
export const [job] = await once(process, 'message');

/**
 * Does the work and tells the parent: wall and CPU seconds of the work (all threads), delay of the main thread's
 * event loop, peak RSS of the process, and the highest RSS in each quarter of the time.
 * @param {() => Promise<string[]>} work resolves with the paths of the files it wrote
 */
export async function measure(work) {
  const samples = [];
  const sampler = setInterval(() => samples.push(process.memoryUsage.rss()), SAMPLE_EVERY_MS);
  const delay = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  delay.enable();
  const files = await work();
  delay.disable();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  clearInterval(sampler);
  const all = process.cpuUsage();
  const result = {
    files,
    seconds,
    cpuSeconds: (user + system) / 1e6,
    wholeCpuSeconds: (all.user + all.system) / 1e6,
    loopP99Ms: delay.percentile(99) / 1e6,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    quarterRssBytes: [0, 1, 2, 3].map((quarter) =>
      Math.max(
        ...samples.slice((quarter * samples.length) / 4, Math.ceil(((quarter + 1) * samples.length) / 4)),
      ),
    ),
  };
  await written(files);
  await new Promise((resolve) => process.send(result, resolve));
  process.disconnect();
}

/** GramJS and mtcute say that they are done before the file is, or even has its name; that is not held against them. */
async function written(files) {
  const sizeOf = (path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  for (let tries = 0; tries < 100; tries++) {
    if (files.reduce((sum, path) => sum + sizeOf(path), 0) >= job.bytes) return;
    await delayed(50);
  }
}
