// Writes docs/keys.md from the built table of keys. Run with: npm run docs:keys
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keysDocument } from '../dist/components/key_sections.js';

writeFileSync(join(dirname(fileURLToPath(import.meta.url)), '..', 'docs', 'keys.md'), keysDocument());
