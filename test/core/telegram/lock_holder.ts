/** Child process of session_lock.test.ts: takes the lock, says so, and holds it until it is killed. */
import { SessionLock } from '../../../src/core/telegram/session_lock.js';

const path = process.argv[2] ?? '';
try {
  await SessionLock.acquire(path);
  process.stdout.write('held\n');
  setInterval(() => {}, 1000);
} catch (error) {
  process.stdout.write(`${error instanceof Error && 'code' in error ? error.code : error}\n`);
}
