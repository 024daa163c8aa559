// Assembles src/core/ige/kernels.wasm from the generator in src/core/ige/wat. Run after a build (`npm run build:ige`); the
// result is checked in, and test/core/ige/ige.test.ts checks that it is what the generator says.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { moduleText } from '../dist/core/ige/wat/module_text.js';
import { assemble } from './assemble_wat.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bytes = await assemble(moduleText());
writeFileSync(join(root, 'src/core/ige/kernels.wasm'), bytes);
console.log(`src/core/ige/kernels.wasm: ${bytes.length} bytes`);
