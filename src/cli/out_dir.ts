import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Settings } from '../core/config/resolve.js';

/** The directory for the files; the core makes it when the first one comes. */
export function outDirOf(settings: Settings): string {
  return settings.get('out') ?? join(homedir(), 'Music', 'Telegram');
}
