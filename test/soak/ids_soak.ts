import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { RssSample } from './figures.js';

export interface IdsPass {
  readonly from: 'telegram' | 'library';
  readonly new: number;
  readonly have: number;
  readonly repeated: number;
  readonly seconds: number;
  readonly known: { readonly size: number; readonly hits: number; readonly misses: number };
}

export interface IdsReport {
  readonly samples: readonly RssSample[];
  readonly passes: readonly IdsPass[];
  readonly peakRssBytes: number;
}

type Line =
  | ({ readonly event: 'sample' } & RssSample)
  | ({ readonly event: 'pass' } & IdsPass)
  | { readonly event: 'end'; readonly peakRssBytes: number };

/**
 * `count` messages through scan, duplicate filter and library in a process of its own: once as they come from a
 * gateway, then `rescans` times as the library knows them.
 */
export async function soakIds(count: number, rescans: number, budgetBytes: number): Promise<IdsReport> {
  const home = mkdtempSync(join(tmpdir(), 'tad-soak-'));
  try {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'ids_driver.js')], {
      env: { ...process.env, TAD_IDS: JSON.stringify({ home, count, rescans, budgetBytes }) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'close');
    const samples: RssSample[] = [];
    const passes: IdsPass[] = [];
    let peakRssBytes = 0;
    for await (const text of createInterface({ input: child.stdout })) {
      const line = JSON.parse(text) as Line;
      if (line.event === 'sample') samples.push(line);
      else if (line.event === 'pass') passes.push(line);
      else peakRssBytes = line.peakRssBytes;
    }
    const [code] = await ended;
    if (code !== 0) throw new Error(`the driver ended with ${code}`);
    return { samples, passes, peakRssBytes };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
