// Mirrors some chats of a demo server with the compiled core, telling what happens as NDJSON; to be killed at any time.
import { createCore } from '../../dist/core/core.js';

const { options, chats, parallel, login, waitSeconds } = JSON.parse(process.env.TAD_DRIVER ?? '{}');
const core = createCore(options);
const tell = (event, fields) => process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
core.events.onAny(({ name, payload }) => {
  if (name === 'notice') tell(name, { message: payload.text });
  else if (name === 'flood.wait' || name === 'chat.scan') tell(name, {});
  else if (name.startsWith('transfer.') || name === 'run.summary') {
    tell(name, {
      documentId: payload.documentId,
      state: payload.state,
      bytes: payload.bytes,
      reason: payload.reason,
      ...(name === 'run.summary' && payload),
    });
  }
});
const abort = new AbortController();
process.on('SIGTERM', () => abort.abort());
let code = 0;
try {
  if (login) {
    const { phone, code: digits, password } = login;
    await core.login({
      method: 'phone',
      phone: async () => phone,
      code: async () => digits,
      password: async () => password,
    });
  } else {
    await core.connect();
  }
  const targets = await Promise.all(chats.map((id) => core.resolve(id)));
  const request = { outDir: options.outDir, kinds: ['music', 'voice', 'document'], parallel, dryRun: false };
  await core.download(
    targets,
    { ...request, ...(waitSeconds !== undefined && { roomWaitSeconds: waitSeconds }) },
    abort.signal,
  );
} catch (error) {
  tell('error', { code: error.code, message: error.message, hint: error.hint });
  code = error.exitCode ?? 1;
}
await core[Symbol.asyncDispose]();
process.exitCode = code;
