import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const house = mkdtempSync(join(tmpdir(), 'tad-laws-'));

/** One file that breaks one law each. */
const breaches: Readonly<Record<string, readonly [file: string, source: string]>> = {
  'no-circles': ['src/core/a.ts', `import './b.js';`],
  'core-is-headless': ['src/core/screen.ts', `import 'ink';`],
  'gramjs-stays-in-its-room': ['src/cli/client.ts', `import 'telegram';`],
  'sqlite-stays-in-its-room': ['src/core/download/rows.ts', `import 'better-sqlite3';`],
  'memory-stands-alone': ['src/core/memory/leak.ts', `import '../types.js';`],
  'components-use-the-face': ['src/components/pane.tsx', `import type { X } from '../core/library/x.js';`],
  'cli-does-not-touch-sockets': ['src/cli/chats.ts', `import '../demo/server.js';`],
  'headless-never-loads-react': ['src/main.ts', `import 'react';`],
  'demo-shares-nothing-with-core': ['src/demo/server.ts', `import '../core/types.js';`],
  'no-dev-dependencies-in-src': ['src/core/tool.ts', `import 'fast-check';`],
  resolvable: ['src/core/lost.ts', `import './nowhere.js';`],
};
const others: Readonly<Record<string, string>> = {
  'src/core/b.ts': `import './a.js';`,
  'src/core/types.ts': 'export type T = 1;',
  'src/core/library/x.ts': 'export type X = 1;',
};

beforeAll(() => {
  for (const [file, source] of [...Object.values(breaches), ...Object.entries(others)]) {
    mkdirSync(dirname(join(house, file)), { recursive: true });
    writeFileSync(join(house, file), `${source}\nexport {};\n`);
  }
  for (const file of ['package.json', '.dependency-cruiser.cjs']) cpSync(join(root, file), join(house, file));
  symlinkSync(join(root, 'node_modules'), join(house, 'node_modules'));
});
afterAll(() => rmSync(house, { recursive: true, force: true }));

function violations(directory: string): readonly { readonly rule: string; readonly from: string }[] {
  const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  // Its exit code is the number of violations.
  const { stdout } = spawnSync(
    process.execPath,
    [cruiser, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src'],
    { cwd: directory, encoding: 'utf8', maxBuffer: 1 << 26 },
  );
  const { summary } = JSON.parse(stdout) as {
    summary: { violations: { from: string; rule: { name: string } }[] };
  };
  return summary.violations.map(({ from, rule }) => ({ rule: rule.name, from }));
}

it('each law of the house catches its breach', () => {
  const found = violations(house);
  for (const [rule, [file]] of Object.entries(breaches)) expect(found).toContainEqual({ rule, from: file });
});
