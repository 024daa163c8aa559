import { readFileSync } from 'node:fs';

/** What Telegram shows in the account's list of devices: the version in package.json. */
export function appVersion(): string {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
  );
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : '';
}
