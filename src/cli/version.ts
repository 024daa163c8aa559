import { readFileSync } from 'node:fs';
import type { Action } from './command.js';
import { record } from './records.js';

export function packageVersion(): string {
  const manifest: { readonly version: string } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  return manifest.version;
}

export const version: Action = async ({ settings, io }) => {
  const versions = { tad: packageVersion(), node: process.versions.node };
  if (settings.get('json')) io.stdout.line(record(io.now(), 'version', versions));
  else io.stdout.line(`tad ${versions.tad} (Node.js ${versions.node}, ${process.platform} ${process.arch})`);
  return 0;
};
